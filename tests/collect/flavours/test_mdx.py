"""MDX: imports, components, values; boxes between colons."""

from __future__ import annotations

from collections.abc import Callable

import pytest

NOTE = '{{< callout type="note" >}}'
END = "{{< /callout >}}"
Ours = Callable[[str, str], tuple[str, list[str]]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("<YouTube id='a' start={3} play />", '{{< youtube id="a" start="3" />}}'),
        ('<LinkCard title="a" href={`/b`} />', '{{< link-card title="a" href="/b" />}}'),
        ("<Foo a={x} b={[1]}>**c**</Foo>", "{{< foo >}}**c**{{< /foo >}}"),
        ("<Foo\n  a='b'\n/>\nc", '{{< foo a="b" />}}\n\n\nc'),
        (
            "<Tabs><TabItem value='a' label='甲'>b</TabItem></Tabs>",
            '{{< details summary="甲" open="true" >}}b{{< /details >}}',
        ),
        (
            "<Admonition type='tip' title='a'>b</Admonition>",
            '{{< callout type="tip" title="a" >}}b{{< /callout >}}',
        ),
        ("<Aside>a</Aside> </Aside>", '{{< callout type="note" >}}a{{< /callout >}} '),
        ("<Callout type='bug' />", '{{< callout type="danger" title="Bug" >}}{{< /callout >}}'),
        ("<Link to='/a'>b</Link> <A href='c'/>", '<a href="/a">b</a> <a href="c"></a>'),
        ("import a from './a.png';\n<Image src={a} alt='b'/>", '\n{{< figure src="./a.png" alt="b" />}}'),
        ("<img src={require('./a.png').default} style={{b: 'c'}} alt='d'/>", '<img src="./a.png" alt="d" />'),
        ("<div className='a'>b</div> <>c</>", "<div className='a'>b</div> c"),
        ("<p id='a'><b c={d}>e</b></p>", "<p id='a'><b>e</b></p>"),
        ("<img src={a} alt={'b'} />", '<img alt="b" />'),
        ("<Foo a={{b: 1}} c={require('./d.png')} e={'f'} />", '{{< foo c="./d.png" e="f" />}}'),
        ("{'a'} {\"b\"} {`c`} {1}", "a b {`c`} {1}"),
        ("`<Foo/>` `{a}` 1 < 2 > 0 {not code}", "`<Foo/>` `{a}` 1 < 2 > 0 {not code}"),
        (":::note[**a** b]\nc\n:::", '{{< callout type="note" title="a b" >}}\nc\n{{< /callout >}}'),
        (":::tip 標題\nc\n:::", '{{< callout type="tip" title="標題" >}}\nc\n{{< /callout >}}'),
        (':::danger{title="a"}\nc\n:::', '{{< callout type="danger" title="a" >}}\nc\n{{< /callout >}}'),
        ("::: details\nc\n:::", "{{< details >}}\nc\n{{< /details >}}"),
        (":::: code-group\n```js\nc\n:::\n```\n::::", "\n```js\nc\n:::\n```\n"),
        (":::提示\nc\n:::", "{{< 提示 >}}\nc\n{{< /提示 >}}"),
        ("::youtube[a]{#dQw4w9WgXcQ}", '{{< youtube "dQw4w9WgXcQ" title="a" />}}'),
        (":::note\nnever ends", '{{< callout type="note" >}}\nnever ends\n{{< /callout >}}'),
        (":::note\nnever ends\n", '{{< callout type="note" >}}\nnever ends\n{{< /callout >}}'),
        (":::\n::: 1 2\n", ":::\n::: 1 2\n"),
        ("```\n:::note\n```\n", "```\n:::note\n```\n"),
        ("a\n\n    :::note\n    b\n    :::\n", "a\n\n    :::note\n    b\n    :::\n"),
        ("- a\n\n    :::note\n    b\n    :::\n", f"- a\n\n    {NOTE}\n    b\n    {END}\n"),
    ],
)
def test_components_and_boxes_are_shortcodes(ours: Ours, text: str, written: str) -> None:
    """What they enclose stays Markdown; attributes that are programs go."""
    assert ours("docusaurus", text)[0] == written


def test_what_is_no_text_is_told(ours: Ours) -> None:
    """Imports, exports and comments are nobody's loss; values are."""
    text = "import {\n  a\n} from 'b'\nexport const c = {\n  d: 1\n}\n\n{/* e */}f {g.h} {{ $i }}\n"
    assert ours("docusaurus", text) == (
        "\n\n\n\n\n\n\nf  \n",
        [
            "passed: import { a } from 'b'",
            "passed: export const c = { d: 1 }",
            "passed: {/* e */}",
            "lost: {{ $i }}",
        ],
    )

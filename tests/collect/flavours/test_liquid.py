"""Template tags and values: Jekyll's, Hexo's, Octopress's, Eleventy's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from digest.collect.flavours import translate

Ours = Callable[[str, str], tuple[str, list[str]]]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{% highlight ruby linenos %}\na {{ b }}\n{% endhighlight %}\n", "```ruby\na {{ b }}\n```\n"),
        ("{%- highlight c -%}\n```\n{%- endhighlight -%}", "````c\n```\n````"),
        ("{% codeblock lang:js a.js %}\nx\n{% endcodeblock %}", "```js\nx\n```"),
        ("{% codeblock a.js %}\nx\n{% endcodeblock %}", "```\nx\n```"),
        (
            "- {% highlight c %}x{{<y>}}{% endhighlight %}",
            '- {{< highlight "c" >}}x{{</*y*/>}}{{< /highlight >}}',
        ),
        ("{% raw %}{{ a }} {% b %}{% endraw %}", "{{ a }} {% b %}"),
        ("{{ \"{{\" }} and {{ '{% raw %}' }}", "{{ and {% raw %}"),
        ("[a]({% link _posts/2020-01-02-a.md %})", '[a]({{< ref "_posts/2020-01-02-a.md" >}})'),
        ("[a]({{site.baseurl}}{% post_url 2020-01-02-a %})", '[a]({{< ref "2020-01-02-a" >}})'),
        ("{% post_link a-b '那一篇' %}", '[那一篇]({{< ref "a-b" >}})'),
        ("{% post_link a-b %}", '[a-b]({{< ref "a-b" >}})'),
        ("{% post_link %}", ""),
        ('![a]({{ "/a.png" | relative_url }})', "![a](/a.png)"),
        ("<img src='{{ site.url }}/a.png'>", "<img src='/a.png'>"),
        ('{% include youtube.html id="dQw4w9WgXcQ" start=page.at %}', '{{< youtube id="dQw4w9WgXcQ" />}}'),
        ('{% include figure image_path="/a.png" alt="b" %}', '{{< figure src="/a.png" alt="b" />}}'),
        ("{% include_relative parts/a_b.md %}", "{{< a_b />}}"),
        ("{% youtube dQw4w9WgXcQ %}", '{{< youtube "dQw4w9WgXcQ" />}}'),
        (
            "{% gist a/0f 'b.rb' %} {% gist 0f %}",
            '{{< gist "a" "0f" "b.rb" />}} {{< link-card url="https://gist.github.com/0f" />}}',
        ),
        ("{% gist %}", ""),
        ("{% img left /a.png 300 200 'words' %}", '{{< figure src="/a.png" alt="words" />}}'),
        ('{% img src="/a.png" class="r" caption="b" %}', '{{< figure src="/a.png" caption="b" />}}'),
        ("{% img %}", "{{< figure />}}"),
        ("{% asset_img a.png %}", '{{< figure src="a.png" />}}'),
        ("{% video a.mp4 640 320 b.png %}", '{{< video src="a.mp4" poster="b.png" />}}'),
        ('{% video src="a.mp4" %}', '{{< video src="a.mp4" />}}'),
        (
            "{% blockquote 陸羽, 茶經 https://a.example/b 卷一 %}\n水\n{% endblockquote %}",
            '{{< quote author="陸羽" source="茶經" link="https://a.example/b" >}}\n水\n{{< /quote >}}',
        ),
        ("{% quote '陸羽' %}水{% endquote %}", '{{< quote "陸羽" >}}水{{< /quote >}}'),
        ("{% note info %}\n**a**\n{% endnote %}", '{{< note "info" >}}\n**a**\n{{< /note >}}'),
        ("{% aside a=1, b='c d', e=[1, 'x y'] %}", '{{< aside a="1" b="c d" e="1 x y" />}}'),
        ("{% a {b: 1} %}", '{{< a "b: 1" />}}'),
        ("{% a 'b \"c\" `d`' %}", '{{< a "b \\"c\\" `d`" />}}'),
        ("{% highlight c %} never ends", '{{< highlight "c" />}} never ends'),
        ("{%\n  include a.html\n  b='c'\n%}d", '{{< a b="c" />}}\n\n\nd'),
    ],
)
def test_a_tag_is_a_shortcode_a_link_or_code(ours: Ours, text: str, written: str) -> None:
    """By its own name where nothing better is known, so that the rule for unknown shortcodes holds."""
    assert ours("jekyll", text) == (written, [])


@pytest.mark.parametrize(
    ("text", "written", "told"),
    [
        ("a {% comment %}b{% endcomment %} c", "a  c", ["passed: b"]),
        ("{% capture x %}b{% endcapture %}", "", ["passed: b"]),
        ("{% assign a = 1 %}{% seo %}b", "b", ["passed: {% assign a = 1 %}"]),
        ("{% if a %}b{% else %}c{% endif %}", "bc", ["lost: {% if a %}"]),
        ("{{ page.title }} {{ site.url }}", " ", ["lost: {{ page.title }}"]),
        ("a {% endnote %} b", "a  b", ["passed: {% endnote %}"]),
        ("{# note #}a", "a", ["passed: {# note #}"]),
    ],
)
def test_what_only_a_template_can_do_is_left_out_and_told(
    ours: Ours, text: str, written: str, told: list[str]
) -> None:
    """What it encloses stays; what was printed weighs more than what was not."""
    assert ours("eleventy", text) == (written, told)


def test_code_in_fences_is_left_as_it_is_but_for_raw() -> None:
    """Jekyll's authors must write `raw` there, and mean what is in it."""
    text = "```liquid\n{% raw %}\n{{ page.title }}\n{% endraw %}\n{% if a %}\n```\n"
    assert translate(text, "jekyll").body == "```liquid\n\n{{ page.title }}\n\n{% if a %}\n```\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("* [{{ p.title }}]({{ p.url }})\n- {{ p }}\n- a {{ p }}\n", "\n\n- a \n"),
        ("```\n- {{ p }}\n```\n1. {{ p }} - {{ q }}", "```\n- {{ p }}\n```\n"),
        ("{{ p }}\n\n- \n* []()\n", "\n\n- \n* []()\n"),
    ],
)
def test_no_empty_item_is_left_of_values(ours: Ours, text: str, written: str) -> None:
    """An item of a list that had values only goes with them; one that was empty is the writer's own."""
    for flavour in ("jekyll", "eleventy"):
        assert ours(flavour, text)[0] == written

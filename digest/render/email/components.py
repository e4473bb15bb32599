"""What MJML's components may hold and be told: mjml-python lets everything else pass in silence.

Source: documentation.mjml.io (4.18) for names, parents and attributes; our measurements of mrml 6.0.1.
"""

from __future__ import annotations

from typing import Final


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_CONTENT: Final = _set(
    "mj-accordion mj-button mj-carousel mj-divider mj-image mj-navbar mj-raw mj-social mj-spacer mj-table "
    "mj-text"
)
CHILDREN: Final[dict[str, frozenset[str]]] = {
    "": _set("mjml"),
    "mjml": _set("mj-head mj-body mj-raw"),
    "mj-head": _set("mj-attributes mj-breakpoint mj-font mj-raw mj-style mj-title"),
    "mj-body": _set("mj-raw mj-section mj-wrapper"),
    "mj-wrapper": _set("mj-raw mj-section"),
    "mj-section": _set("mj-column mj-group mj-raw"),
    "mj-group": _set("mj-column mj-raw"),
    "mj-column": _CONTENT,
    "mj-accordion": _set("mj-accordion-element mj-raw"),
    "mj-accordion-element": _set("mj-accordion-title mj-accordion-text mj-raw"),
    "mj-carousel": _set("mj-carousel-image"),
    "mj-navbar": _set("mj-navbar-link mj-raw"),
    "mj-social": _set("mj-social-element mj-raw"),
}
"""Component → the components that may stand in it; HTML and text may not. `mj-attributes` takes any name."""

LEAVES: Final = _set(
    "mj-accordion-text mj-accordion-title mj-breakpoint mj-button mj-carousel-image mj-divider mj-font "
    "mj-image mj-navbar-link mj-raw mj-social-element mj-spacer mj-style mj-table mj-text mj-title"
)
"""Components that hold HTML, text or nothing, but no component."""

REFUSED: Final = {
    "mj-include": "use {% include %}: mj-include loses the width of a section",
    "mj-preview": "use a hidden div in mj-raw, with lang: mj-preview is white text, and costs spam points",
    "mj-hero": "use a background-url on mj-section: mj-hero is laid out wrongly by our compiler",
    "mj-html-attributes": "write the attributes in the HTML itself: our compiler knows no mj-html-attributes",
}
"""Components of MJML that our compiler gets wrong, and what to do instead."""

VOID: Final = _set("area base br col embed hr img input link meta param source track wbr mj-all mj-class")
"""Elements that are never closed."""

_PADDING: Final = "padding padding-top padding-right padding-bottom padding-left"
_FONT: Final = "color font-family font-size font-style font-weight letter-spacing line-height text-decoration"
_BORDER: Final = "border border-top border-right border-bottom border-left border-radius"
_BACKGROUND: Final = (
    "background-color background-url background-repeat background-size background-position "
    "background-position-x background-position-y"
)
_LINK: Final = "href rel target name title"
_SHELL: Final = (
    f"{_BACKGROUND} {_BORDER} {_PADDING} direction full-width text-align text-padding gap inner-border "
    "inner-border-radius"
)
_ATTRIBUTES: Final[dict[str, str]] = {
    "mjml": "lang dir owa",
    "mj-head": "",
    "mj-attributes": "",
    "mj-title": "",
    "mj-breakpoint": "width",
    "mj-font": "name href",
    "mj-style": "",
    "mj-raw": "position",
    "mj-body": "background-color width id",
    "mj-wrapper": _SHELL,
    "mj-section": _SHELL,
    "mj-group": "background-color direction vertical-align width",
    "mj-column": (
        f"background-color {_BORDER} {_PADDING} direction inner-background-color inner-border "
        "inner-border-top inner-border-right inner-border-bottom inner-border-left inner-border-radius "
        "vertical-align width"
    ),
    "mj-text": f"align height text-transform vertical-align container-background-color {_FONT} {_PADDING}",
    "mj-button": (
        f"align background-color container-background-color height inner-padding text-align text-transform "
        f"vertical-align width {_LINK} {_BORDER} {_FONT} {_PADDING}"
    ),
    "mj-image": (
        f"align alt container-background-color fluid-on-mobile font-size height max-height sizes src srcset "
        f"usemap width {_LINK} {_BORDER} {_PADDING}"
    ),
    "mj-divider": (
        f"align border-color border-style border-width container-background-color width {_PADDING}"
    ),
    "mj-spacer": f"container-background-color height vertical-align {_PADDING}",
    "mj-table": (
        f"align cellpadding cellspacing container-background-color role table-layout width border "
        f"{_FONT} {_PADDING}"
    ),
    "mj-navbar": (
        f"align base-url hamburger ico-align ico-close ico-color ico-font-family ico-font-size "
        f"ico-line-height ico-open ico-padding ico-padding-top ico-padding-right ico-padding-bottom "
        f"ico-padding-left ico-text-decoration ico-text-transform {_PADDING}"
    ),
    "mj-navbar-link": f"text-transform {_LINK} {_FONT} {_PADDING}",
    "mj-social": (
        f"align border-radius container-background-color icon-height icon-padding icon-size inner-padding "
        f"mode table-layout text-padding vertical-align {_FONT} {_PADDING}"
    ),
    "mj-social-element": (
        f"align alt background-color border-radius icon-height icon-padding icon-position icon-size sizes "
        f"src srcset text-padding vertical-align {_LINK} {_FONT} {_PADDING}"
    ),
    "mj-accordion": (
        f"border container-background-color font-family icon-align icon-height icon-position "
        f"icon-unwrapped-alt icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url {_PADDING}"
    ),
    "mj-accordion-element": (
        "background-color border font-family icon-align icon-height icon-position icon-unwrapped-alt "
        "icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url"
    ),
    "mj-accordion-title": f"background-color {_FONT} {_PADDING}",
    "mj-accordion-text": f"background-color {_FONT} {_PADDING}",
    "mj-carousel": (
        "align border-radius container-background-color icon-width left-icon right-icon tb-border "
        "tb-border-radius tb-hover-border-color tb-selected-border-color tb-width thumbnails"
    ),
    "mj-carousel-image": (
        "alt border-radius href rel src target tb-border tb-border-radius thumbnails-src title"
    ),
}
ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    tag: frozenset((*names.split(), "css-class", "mj-class")) for tag, names in _ATTRIBUTES.items()
}
"""Component → the attributes that do something."""

NEEDED: Final = {"mj-image": ("src", "alt"), "mj-carousel-image": ("alt",), "mj-social-element": ("alt",)}
"""Component → the attributes that our compiler gives no default, though a mail must have them."""

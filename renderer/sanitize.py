"""``html="sanitize"``: nh3 with our policy, last, over the whole fragment."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from . import characters, lengths, safety
from .options import Options

if TYPE_CHECKING:
    from nh3 import Cleaner

_DIGITS: Final = 5  # of a width in pixels: one fewer is enough

_MATHML: Final = (
    "math mrow mi mn mo mtext mspace ms mfrac msqrt mroot msub msup msubsup munder mover"
    " munderover mmultiscripts mprescripts none mtable mtr mtd menclose mpadded mphantom mstyle"
    " merror"
).split()
_HTML: Final = (
    "a b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption"
    " figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section"
    " small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr"
).split()
_COMMON: Final = {"class", "dir", "lang", "translate", "title"}
_OWN: Final = {
    "a": {"href", "id"},
    "div": {"data-tex", "id"},
    "span": {"data-segments", "data-tex", "id", "role"},
    "img": {"src", "alt", "width", "height"},
    "input": {"type", "checked", "disabled"},
    "li": {"id", "value"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
# nh3 adds these two in any order.
_MIXED_UP: Final = ' disabled="" type="checkbox"'
_TAG = re.compile(characters.TAG)
_REST: Final = f"{characters.ATTRIBUTES}>"
_MATH = re.compile(
    rf'(?:<(?:span|div) class="math (?P<formula>[^"]*)"{_REST}<!---->'
    rf'<(?:span|div) class="math-box[^"]*"{_REST})?(?P<math><math\b{_REST})|</math>'
)
_KEPT: Final = {"display", "math-clip", "math-long"}  # formulas whose boxes scroll or cut
_LEVEL: Final = re.compile(r"\+?[0-3]")  # a negative one makes letters larger without end
_BOX: Final = {"type": "checkbox", "disabled": ""}  # nobody is asked for a word
_MATHML_ATTRIBUTES: Final = {
    "display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "symmetric", "fence",
    "separator", "form", "lspace", "rspace", "minsize", "maxsize", "movablelimits", "accent",
    "accentunder", "largeop", "linethickness", "notation", "width", "height", "depth", "voffset",
    "columnspan", "rowspan",
}  # fmt: skip


def clean(html: str, options: Options) -> str:
    """The fragment without anything that acts: scripts, handlers, styles, foreign schemes.

    Raw HTML keeps to the options, too: its images, the prefix of its ids, lengths in its MathML.
    """
    encodable = characters.SURROGATES.sub("\ufffd", html)  # ``shield_html`` changes no text before
    cleaned = _contained(_cleaner(options.images, options.id_prefix).clean(encodable))
    return _TAG.sub(_in_order, cleaned) if _MIXED_UP in cleaned else cleaned


def _contained(html: str) -> str:
    """The fragment whose MathML scrolls in its place wherever it could leave that.

    Of ours what could is in a box that does; what stands elsewhere anyone may have written.
    """
    parts, behind, depth, first = [], 0, 0, None
    for tag in _MATH.finditer(html):
        depth += 1 if tag["math"] else -1
        if depth == 1 and tag["math"]:
            first = tag
        elif not depth and first and _strays(first, html[first.end() : tag.start()]):
            parts += [html[behind : first.start("math")], _scrolling(first["math"])]
            behind = first.end()
    return "".join([*parts, html[behind:]])


def _strays(first: re.Match[str], mathml: str) -> bool:
    if first["formula"] is None:
        return True
    return not _KEPT.intersection(first["formula"].split()) and lengths.strays(mathml)


def _scrolling(tag: str) -> str:
    """The tag with a class of math.css besides its own."""
    if ' class="' in tag:
        return tag.replace(' class="', ' class="math-raw ', 1)
    return tag.replace("<math", '<math class="math-raw"', 1)


def _in_order(tag: re.Match[str]) -> str:
    if tag["name"] != "input":
        return tag[0]
    return tag[0].replace(_MIXED_UP, ' type="checkbox" disabled=""')


@lru_cache(maxsize=8)
def _cleaner(images: str | tuple[str, ...], prefix: str) -> Cleaner:
    import nh3

    def within_policy(tag: str, name: str, value: str) -> str | None:
        if name == "id":
            return value if value.startswith(prefix) else prefix + value
        if name == "src":
            return value if safety.is_image_allowed(value, images) else None
        if name == "href":
            return _address(value, prefix)
        if name in lengths.BOUNDS:
            return lengths.within(name, value) if tag in _MATHML else _size(value)
        if name == "scriptlevel":
            return value if _LEVEL.fullmatch(value) else None
        return value

    attributes = {"*": _COMMON, **_OWN, **dict.fromkeys(_MATHML, _MATHML_ATTRIBUTES)}
    return nh3.Cleaner(
        tags={*_HTML, *_MATHML},
        attributes=attributes,
        attribute_filter=within_policy,
        set_tag_attribute_values={"input": _BOX},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer ugc",
        strip_comments=False,
    )


def _address(value: str, prefix: str) -> str | None:
    if value.startswith("#"):
        return safety.own_fragment(value, prefix)
    return value if safety.is_safe_link(value) else None


def _size(value: str) -> str | None:
    """A number of pixels that does not burst the page; browsers shrink images, but only so far."""
    return value if value.isascii() and value.isdecimal() and len(value) < _DIGITS else None

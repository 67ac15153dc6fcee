"""What holds for every text under every policy for untrusted text.

:func:`breach` takes a text and says which law it breaks.  Hypothesis asks it in every run of the
tests, and ``./run fuzz`` for as long as one likes.
"""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from xml.etree.ElementTree import Element

import html5lib
from html5lib.serializer import HTMLSerializer

from renderer import Document, Options, render

MODES: Final = {
    "llm": Options(),
    "strict": Options(profile="strict", html="escape", numbering="all", mathml=False),
    "all": Options(front_matter=True, definition_lists=True, latex_fences=True, think="show"),
    "sanitize": Options(html="sanitize", images="same-origin", number_within=1),
    "pictures": Options(images="any", id_prefix="x-", think="off", gfm=False, cjk_emphasis=False),
}

_ELEMENTS: Final = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code em strong s a br hr table thead tbody tr th td"
    " sup sub section details summary div span input kbd mark u del ins math dl dt dd img".split()
)
_SANITIZED: Final = frozenset(
    "b i q var rp rt ruby small caption cite col colgroup dfn figcaption figure wbr tfoot samp".split()
)
_MATHML: Final = re.compile(r"m[a-z]+|none|semantics|annotation")
_ATTRIBUTES: Final = frozenset(
    "class id href rel title start type checked disabled translate data-tex value role dir lang"
    " aria-label src alt width height colspan rowspan".split()
)
_ADDRESSES: Final = ("href", "src")
_BAD_ADDRESS: Final = re.compile(r"(?i)[\x00-\x20]*(?!https?:|mailto:)[a-z][a-z0-9+.-]*:")
_DECEPTIVE: Final = re.compile("[\x00\u202d\u202e]")

_LONG: Final = 20_000
SECONDS: Final = 1.0  # fifty times what a text of that length usually takes


def breach(text: str, mode: str, *, seconds: float = 0) -> str:
    """The law that ``text`` breaks, with the reason, ``""`` if none.

    With ``seconds`` it is also repeated up to a length that may take no more of the processor.
    """
    options = MODES[mode]
    try:
        document = render(text, options)
        again = render(text, options)
        slow = _slow(text, options, seconds) if seconds else ""
    except Exception:
        return f"raises\n{traceback.format_exc()}"
    found = next(_breaches(document, text, options), "")
    if not found and repr(again) != repr(document):  # a number of front matter may be NaN
        found = "unequal: a second rendering differs"
    return found or slow


def _breaches(document: Document, text: str, options: Options) -> Iterator[str]:
    for formula in document.formulas:
        if formula.source != text[formula.start : formula.start + len(formula.source)]:
            yield f"verbatim: {formula.source!r} does not stand at {formula.start}"
    if options.images != "any" and _DECEPTIVE.search(document.html):
        yield "deceptive: a control character reaches the reader"
    tree, errors = _parsed(document.html)
    if errors and options.html != "sanitize":  # whose elements are the text's own
        yield f"parse: {errors[0]} in {document.html!r}"
    yield from _strangers(tree, options)
    written = _written(tree)
    if _shape(_parsed(written)[0]) != _shape(tree):
        yield f"mutates: {document.html!r} is read as another tree when written again: {written!r}"
    yield from map("heading {}".format, _headings(document))


def _headings(document: Document) -> Iterator[str]:
    for heading in document.headings:
        tree, errors = _parsed(heading.html)
        if errors or any(each.tag == "a" for each in tree.iter()):
            yield f"parse: {errors or 'a link'} in {heading.html!r}"


def _slow(text: str, options: Options, seconds: float) -> str:
    """Linear cost is never too much, whatever the machine and its instruments make of it."""
    long = (text * (_LONG // max(len(text), 1) + 1))[:_LONG]
    if (whole := _cost(long, options)) <= seconds:
        return ""
    half = _cost(long[: _LONG // 2], options)
    whole = min(whole, _cost(long, options))  # the first one may have paid for imports
    return f"slow: {half:.2f} s for a half, {whole:.2f} s for the whole" if whole > 3 * half else ""


def _cost(text: str, options: Options) -> float:
    began = time.process_time()
    render(text, options)
    return time.process_time() - began


def is_sampled(text: str, one_in: int) -> bool:
    """Whether ``text`` is one of those whose cost is measured; the same ones every time."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[0] % one_in == 0


# --- trees -----------------------------------------------------------------------------------


def _parsed(html: str) -> tuple[Element, list[str]]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parseFragment(html)
    return tree, [code for _, code, _ in parser.errors if code not in _PASSED]


# What html5lib calls an error though the standard does not, and control characters, which stay.
_PASSED: Final = frozenset({"invalid-codepoint"})


def _written(tree: Element) -> str:
    serializer = HTMLSerializer(
        quote_attr_values="always", omit_optional_tags=False, alphabetical_attributes=False
    )
    walker = html5lib.getTreeWalker("etree")
    return str(serializer.render(walker(tree)))


def _shape(tree: Element) -> list[tuple[object, ...]]:
    """All of a tree: its elements in order, each with attributes, text and number of children."""
    return [
        (
            each.tag,
            sorted(each.attrib.items(), key=str),
            each.text or "",
            each.tail or "",
            len(each),
        )
        for each in tree.iter()
    ]


def stranger(html: str, options: Options) -> str:
    """An element, attribute or address in ``html`` that no untrusted text can bring in, or ``""``."""
    return next(_strangers(_parsed(html)[0], options), "")


def _strangers(tree: Element, options: Options) -> Iterator[str]:
    """Elements, attributes and addresses that no untrusted text can bring in."""
    own = _ELEMENTS | _SANITIZED if options.html == "sanitize" else _ELEMENTS
    ids: list[str] = []
    for each in list(tree.iter())[1:]:
        if not isinstance(each.tag, str):  # a comment
            if each.text and options.html != "sanitize":
                yield f"comment: {each.text!r}"
            continue
        name = each.tag.rpartition("}")[2]
        is_math = "Math" in each.tag or name == "math"
        if not (_MATHML.fullmatch(name) if is_math else name in own):
            yield f"element: <{name}>"
        yield from map(f"attribute: <{name} {{}}".format, _odd_attributes(each, is_math))
        ids += [each.attrib["id"]] if "id" in each.attrib else []
    if options.html != "sanitize":
        yield from map("id: {}".format, _odd_ids(ids, options.id_prefix))


def _odd_attributes(element: Element, is_math: bool) -> Iterator[str]:
    for name, value in element.attrib.items():
        if name.startswith("on") or name == "style" or not (is_math or name in _ATTRIBUTES):
            yield f"{name}={value!r}"
        if name in _ADDRESSES and not is_math and _is_bad(str(element.tag), value):
            yield f"{name}={value!r}"


def _is_bad(tag: str, address: str) -> bool:
    return tag != "img" and _BAD_ADDRESS.match(re.sub(r"[\t\r\n]", "", address)) is not None


def _odd_ids(ids: list[str], prefix: str) -> Iterator[str]:
    yield from (each for each in ids if not each.startswith(prefix))
    yield from (each for each in set(ids) if ids.count(each) > 1)

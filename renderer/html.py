"""Tokens + Formulas -> the HTML fragment; raw HTML, links and images by their policy.

A formula's wrapper follows the contract in the architecture page: the TeX in ``data-tex`` is the
truth, native MathML inside is what is read until MathJax typesets, and both marks that keep
translators away stand on every element.  Next hop: :mod:`renderer.page`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from inspect import getmembers, isfunction
from typing import Final

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from . import characters, rawhtml, safety, textform
from .document import Drawn, Formula, Heading
from .highlight import Highlighter
from .language import guess_language
from .options import Options
from .slugs import Slugs
from .wrapper import Wrapper, as_source, reference, reference_plain, reference_text

_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,40}\Z")


_THINKING: Final = {"zh-TW": "思考過程", "zh": "思考过程", "ja": "思考の過程", "": "Reasoning"}
_TASK: Final = {"zh-TW": "任務", "zh": "任务", "ja": "タスク", "ko": "할 일", "": "Task"}


@cache
def _rules_of(kind: type[RendererHTML]) -> tuple[str, ...]:
    """The token types that a renderer has a method for, as markdown-it-py tells them."""
    names = (name for name, _ in getmembers(kind, isfunction))
    return tuple(name for name in names if not name.startswith(("render", "_")))


class FragmentRenderer(RendererHTML):
    """Renders the tokens of one document; made anew for each, since it gathers what it meets."""

    def __init__(
        self,
        options: Options,
        tokens: Sequence[Token],
        formulas: Sequence[Formula],
        drawn: Mapping[int, Drawn] | None = None,
        slugs: Slugs | None = None,
    ) -> None:
        # In place of the inherited constructor, whose search of the object for its methods takes
        # a fifteenth of a stream's time.
        self.rules = {name: getattr(self, name) for name in _rules_of(type(self))}
        self.policy = options
        self.wrapper = Wrapper(options, drawn)
        self._formulas = formulas
        self.headings: list[Heading] = []
        self.met: list[tuple[str, int, str]] = []  # code, zero-based line of the block, address
        self.slugs = slugs or Slugs(options.id_prefix)
        self._link_ends: list[str] = []  # what closes each open link
        self._kept = rawhtml.pairs(tokens) if options.html == "basic" else {}
        self._highlighter = Highlighter()
        self._line = 0
        self._in_outline = False

    # Formulas

    def math(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        if "refused" in token.meta:
            return as_source(token.content, "code")
        anchors = () if self._in_outline else token.meta["anchors"]
        guards = self._space_guards(tokens, idx)
        return self.wrapper.formula(token.meta["formula"], "span", guards, anchors)

    def math_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        if not token.content:
            return ""
        if "refused" in token.meta:
            return as_source(token.content, "pre") + "\n"
        lead = "\n" if idx and tokens[idx - 1].hidden else ""
        html = self.wrapper.formula(token.meta["formula"], "div", "", token.meta["anchors"])
        return f"{lead}{html}\n" if html else ""

    def math_ref(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        guards = self._space_guards(tokens, idx)
        links = token.meta["links"]
        if self._in_outline or self._link_ends:  # a link inside a link is none
            return reference_text(token.markup, token.info, links)
        return reference(token.markup, token.info, links, self._formulas, guards)

    def _space_guards(self, tokens: Sequence[Token], idx: int) -> str:
        """The classes that keep a space beside the formula where the source has one."""
        left = right = ""
        before = idx - 1
        while before >= 0 and self._is_tag(tokens[before]):
            before -= 1
        after = idx + 1
        while after < len(tokens) and self._is_tag(tokens[after]):
            after += 1
        if before >= 0 and _ends_in_space(tokens[before]):
            left = " math-sl"
        if after < len(tokens) and _begins_with_space(tokens[after]):
            right = " math-sr"
        return left + right

    def _is_tag(self, token: Token) -> bool:
        """Whether a token opens or closes an inline and shows nothing itself."""
        if token.type == "html_inline":
            passes = self.policy.html in ("trust", "sanitize") or id(token) in self._kept
            return passes and rawhtml.encloses(token.content)
        return token.nesting != 0

    # Headings

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token, inline = tokens[idx], tokens[idx + 1]
        text = characters.neutral(plain_text(inline.children or []).strip())
        identifier = self.slugs.heading(text) if self.policy.heading_ids else ""
        self._in_outline = True
        outline = self.renderInline(_outline_tokens(inline.children or []), options, env)
        self._in_outline = False
        level, html = int(token.tag[1]), characters.neutral_html(outline)
        self.headings.append(Heading(level, identifier, text, html))
        if identifier:
            token.attrSet("id", identifier)
        return self.renderToken(tokens, idx, options, env)

    # Links and images

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        href = str(token.attrGet("href") or "")
        if href.startswith("#") and self.policy.heading_ids and self.policy.html != "trust":
            href = safety.own_fragment(href, self.policy.id_prefix)
            token.attrSet("href", href)
        if self.policy.links == "safe":
            if self._link_ends:  # a bare address in a link's text; no link can hold another
                self._link_ends.append("")
                return ""
            if not safety.is_safe_link(href):
                self._link_ends.append("</span>")
                self._report("unsafe-link", href)
                return "<span>"
            if safety.is_external(href):
                token.attrSet("rel", safety.EXTERNAL_REL)
        self._link_ends.append("</a>" + self._true_host(tokens, idx, href))
        return self.renderToken(tokens, idx, options, env)

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self._link_ends.pop()

    def _true_host(self, tokens: Sequence[Token], idx: int, href: str) -> str:
        if self.policy.links != "safe":
            return ""
        is_bare = tokens[idx].info == "auto"  # shows its address, whose path may name other hosts
        text = "" if is_bare else plain_text(_until_close(tokens, idx), tight=True)
        if not safety.is_misleading(href, text):
            return ""
        return f" ({escape(safety.destination(href))})"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        src = str(token.attrGet("src") or "")
        alt = plain_text(token.children or [], alt=True)
        if safety.is_image_allowed(src, self.policy.images):
            token.attrSet("alt", alt)
            return self.renderToken(tokens, idx, options, env)
        self._report("image-as-link", src)
        shown = escape(alt.strip() or src, quote=False)
        if not safety.is_safe_link(src) or self._link_ends:
            return f'<span class="md-image">{shown}</span>'
        rel = f' rel="{safety.EXTERNAL_REL}"' if safety.is_external(src) else ""
        where = f" ({escape(safety.host(src))})" if safety.is_external(src) else ""
        return f'<a class="md-image" href="{escape(src)}"{rel}>{shown}{where}</a>'

    # Code

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        if self.policy.html != "trust" and not _LANGUAGE.match(language):
            token.info = language = ""  # no class of the text's own choice
        code = self._highlighted(token.content, language)
        if code is None:
            return super().fence(tokens, idx, options, env)
        return f'<pre><code class="language-{escape(language)}">{code}</code></pre>\n'

    def _highlighted(self, code: str, language: str) -> str | None:
        if not (self.policy.highlight and language):
            return None
        html = self._highlighter.highlighted(code, language)
        if self._highlighter.gave_up:
            self._report("code-not-highlighted", language)
        return html

    # Reasoning

    def think_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        if self.policy.think == "show":
            return '<div class="md-think">\n'
        words = self._in_language(_THINKING, _content(tokens, idx))
        return f'<details class="md-think"><summary>{words}</summary>\n'

    def think_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</div>\n" if self.policy.think == "show" else "</details>\n"

    def list_item_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        html = super().list_item_open(tokens, idx, options, env)
        if "checked" not in tokens[idx].meta:
            return html
        inline = next((token for token in tokens[idx:] if token.type == "inline"), tokens[idx])
        words = [child.content for child in inline.children or [] if child.type == "text"]
        name = self._in_language(_TASK, escape(" ".join(words)))  # no box without a name
        return html.replace(' type="checkbox"', f' type="checkbox" aria-label="{name}"')

    def _in_language(self, words: Mapping[str, str], html: str) -> str:
        """The word for the language that is set, or that ``html`` seems to be in."""
        language = self.policy.lang or guess_language(html)
        return next(word for tag, word in words.items() if language.startswith(tag))

    # Raw HTML

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self._raw(tokens[idx])

    def html_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        html = self._raw(tokens[idx])
        if self.policy.html in ("trust", "sanitize") or rawhtml.stands_alone(html):
            return html
        return f"<p>{html.rstrip()}</p>\n"

    def _raw(self, token: Token) -> str:
        if self.policy.html in ("trust", "sanitize"):
            return token.content
        return rawhtml.filtered(token, self._kept)

    # Footnotes

    def footnote_ref(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        prefix, number, again = self._note(tokens[idx])
        return (
            f'<sup class="footnote-ref"><a href="#{prefix}fn{number}"'
            f' id="{prefix}fnref{number}{again}">[{number}]</a></sup>'
        )

    def footnote_block_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return '<section class="footnotes">\n<ol>\n'

    def footnote_block_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        prefix, number, _ = self._note(tokens[idx])
        return f'<li id="{prefix}fn{number}">'

    def footnote_anchor(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        prefix, number, again = self._note(tokens[idx])
        return f' <a href="#{prefix}fnref{number}{again}" class="footnote-backref">\u21a9\ufe0e</a>'

    def footnote_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</li>\n"

    def _note(self, token: Token) -> tuple[str, int, str]:
        """Id prefix, number of the footnote, and what tells its second reference from its first."""
        again = token.meta.get("subId", 0)
        return self.policy.id_prefix, token.meta["id"] + 1, f"-{again + 1}" if again else ""

    def _report(self, code: str, text: str) -> None:
        self.met.append((code, self._line, text))

    def render(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:
        parts: list[str] = []
        for index, token in enumerate(tokens):
            if token.map:
                self._line = token.map[0]
            rule = self.rules.get(token.type)
            if token.type == "inline":
                parts.append(self.renderInline(token.children or [], options, env))
            elif rule is not None:
                parts.append(rule(tokens, index, options, env))
            else:
                parts.append(self.renderToken(tokens, index, options, env))
        return "".join(parts)


def plain_text(children: Sequence[Token], *, alt: bool = False, tight: bool = False) -> str:
    """The text of inline tokens, formulas in their text form.

    ``alt`` as CommonMark has it; ``tight`` to look for names in it that are written in pieces:
    without the spaces that commands of TeX make, and with line ends as such.
    """
    parts: list[str] = []
    for child in children:
        if child.type == "math":
            parts.append(textform.plain(child.content, "" if tight else " "))
        elif child.type == "math_ref":
            parts.append(reference_plain(child.markup, child.info, child.meta.get("links", ())))
        elif child.type in ("text", "code_inline", "text_special"):
            parts.append(child.content)
        elif child.type == "image":
            parts.append(plain_text(child.children or [], alt=alt, tight=tight))
        elif child.type in ("softbreak", "hardbreak"):
            parts.append("\n" if alt or tight else " ")
        elif child.type == "html_inline" and alt:
            parts.append(child.content)
    return "".join(parts)


def _ends_in_space(token: Token) -> bool:
    return token.type == "softbreak" or (token.type == "text" and token.content[-1:].isspace())


def _begins_with_space(token: Token) -> bool:
    return token.type == "softbreak" or (token.type == "text" and token.content[:1].isspace())


def _outline_tokens(children: Sequence[Token]) -> list[Token]:
    """Tokens of a heading for a table of contents: no links, notes, images or raw HTML in it."""
    dropped = ("link_open", "link_close", "footnote_ref", "image", "html_inline")
    return [child for child in children if child.type not in dropped]


def _until_close(tokens: Sequence[Token], idx: int) -> Sequence[Token]:
    level = tokens[idx].level
    end = idx + 1
    while end < len(tokens) and not (tokens[end].nesting == -1 and tokens[end].level == level):
        end += 1
    return tokens[idx + 1 : end]


def _content(tokens: Sequence[Token], idx: int) -> str:
    """The text of the block that opens at ``idx``, as it was written."""
    parts: list[str] = []
    while tokens[idx].type != "think_close":
        parts.append(escape(tokens[idx].content))
        idx += 1
    return " ".join(parts)

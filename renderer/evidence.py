r"""Is this content mathematics?  What the llm profile weighs where delimiters alone do not tell.

Language models write money, shell variables and prose between dollars.  These pure predicates
hold the rules L1 to L5, L7 and L9 of the delimiter grammar; each takes the content between two
delimiters and the characters on either side (``""`` at the ends of the text).
"""

from __future__ import annotations

import re

# Commands are letters or one of the spaces, as in ``5$\\,$kg``.
_TEX = re.compile(r"\\[A-Za-z,:;!]|[\^_{=<>\u2200-\u22ff\u0370-\u03ff]")
_COMMAND = re.compile(r"\\[A-Za-z,:;!]")
_STRONG = re.compile(r"\\[A-Za-z,:;!]|[\^_]")
_AMOUNT = re.compile(r"[+-]?[.,]?\d")
_WORDS_IN_AMOUNT = re.compile(r"[^\W\d_]{3}|[^\W\d_]+ +[^\W\d_]|(?:^|\s)[^\W\d_]{2,}(?=\s|$)")
_LONG_WORD = re.compile(r"[A-Za-z]{3,}")
_PROSE_START = re.compile(r"[:,;.)]\s")
_TEXT_GROUP = re.compile(r"\\(?:text|mathrm|textbf|textit|mbox|operatorname)\*?\s*\{[^{}]*\}")
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\u3001\u3002\uff0c]{4}")
_CITATION = re.compile(r"\d+(?:(?:, ?|[-–])\d+)*")
_CLAUSE = re.compile(r"[\u4e00-\u9fff][，。；：]|[，。；：][\u4e00-\u9fff]")
_RAISED = re.compile(r"\\[A-Za-z]|\^")
_COMMAND_NAME = re.compile(r"\\[A-Za-z]+")
_WORD = re.compile(r"[A-Za-z]{2,}")
_FUNCTIONS = frozenset(
    "sin cos tan cot sec csc log exp lim max min sup inf det dim ker gcd lcm arg mod".split()
)
_DANGLING = frozenset(",;:=+-/@.(")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def has_tex(content: str) -> bool:
    r"""Whether anything says TeX: a ``\command``, ``^ _ { = < >``, an operator, a Greek letter."""
    return _TEX.search(content) is not None


def has_command(content: str) -> bool:
    return _COMMAND.search(content) is not None


def is_glued_math(content: str, before: str) -> bool:
    """L1: behind an ASCII letter or digit only clear TeX is math (``US$100`` is not)."""
    if not (before.isascii() and before.isalnum()) or content.startswith("\n"):
        return True
    return _STRONG.search(content) is not None


def is_money(content: str) -> bool:
    """L2: an amount followed by words."""
    if has_tex(content) or not _AMOUNT.match(content):
        return False
    return _WORDS_IN_AMOUNT.search(content) is not None


def is_dangling(content: str, after: str) -> bool:
    """L3: the end of one variable and the start of the next (``$HOME:$PATH``)."""
    if content[-1:] not in _DANGLING or content[-2:-1] == "\\":
        return False
    return after == "{" or (after.isascii() and after.isalnum())


def is_prose(content: str) -> bool:
    """L4: words without any TeX."""
    if has_tex(content):
        return False
    bare = _TEXT_GROUP.sub("", content)
    if _PROSE_START.match(bare) or _HAN_RUN.search(bare) or _CLAUSE.search(bare):
        return True
    return sum(word not in _FUNCTIONS for word in _LONG_WORD.findall(bare)) >= 2


def is_spaced_math(content: str) -> bool:
    r"""L5: between ``$ `` and `` $`` stands clear math or a single letter.

    With a space on one side alone it takes a ``\command`` or ``^``, and no words.
    """
    bare = content.removeprefix(" ").removesuffix(" ")
    if not bare or bare[0].isspace() or bare[-1].isspace():
        return False
    if len(content) - len(bare) == 2:
        return has_tex(bare) or (len(bare) == 1 and bare.isalpha())
    if "\n" in content or not _RAISED.search(bare):
        return False
    return _WORD.search(_COMMAND_NAME.sub("", _TEXT_GROUP.sub("", bare))) is None


def is_doubled_money(content: str, after: str) -> bool:
    """L7: ``pay $$5 for $$10``: doubled dollars of prose on one line."""
    if "\n" in content or not content:
        return False
    if content[0].isdigit() and after.isdigit():
        return True
    # Models leave a space before the closer of real formulas, too: those show TeX.
    return content[-1].isspace() and not content[0].isspace() and not has_tex(content)


def is_escaped_prose(content: str, after: str) -> bool:
    r"""L9: ``\[1\]`` and ``\[link text\](url)`` are escaped Markdown."""
    return after == "(" or _CITATION.fullmatch(content) is not None


def holds_prose_paragraph(content: str, *, is_open: bool = False) -> bool:
    """Whether one of several paragraphs of a block is prose: its opener was never closed.

    The last one does not count if it ``is_open``, that is, may still get some TeX.
    """
    paragraphs = _BLANK_LINE.split(content)
    whole = paragraphs[: len(paragraphs) - is_open]
    return len(paragraphs) > 1 and any(_is_prose_paragraph(p) for p in whole)


def _is_prose_paragraph(paragraph: str) -> bool:
    bare = _TEXT_GROUP.sub("", paragraph)
    if _HAN_RUN.search(bare):
        return True
    return not has_tex(paragraph) and len(_LONG_WORD.findall(bare)) >= 3

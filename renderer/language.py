"""In which language is a page written?  A guess for ``lang`` on ``<html>``.

Browsers offer translation by ``lang``, choose CJK fonts and break lines by it, and screen
readers pick a voice.  A wrong tag is worse than none, so only what script and the commonest
words tell is guessed: Chinese (simplified or traditional), Japanese, Korean and English.
"""

from __future__ import annotations

import re
from unicodedata import east_asian_width

_SAMPLE = 100_000  # characters of HTML; a guess does not improve with more

# One step per match and none can run past the next "<": linear for any text.
_PIECE = re.compile(r"<(/?)(\w+)[^<>]*>|<[^<>]*>?|([^<]+)")
_NOT_PROSE = frozenset(("math", "pre", "code", "script", "style", "kbd", "textarea"))

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u309f\u30a1-\u30fa\u31f0-\u31ff]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_WORD = re.compile(r"[^\W\d_\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff]{2,}")

# The commonest characters that one of the two Chinese scripts writes differently.
_SIMPLIFIED = re.compile("[们这为个来时说国会学实对发点经过还进样种问题间见关应与数现变开无从]")
_TRADITIONAL = re.compile("[們這為個來時說國會學實對發點經過還進樣種問題間見關應與數現變開無從]")

_ENGLISH = frozenset(
    ("the", "of", "and", "is", "that", "for", "with", "this", "are", "we", "it", "to", "be", "by")
)
_ENGLISH_SHARE = 0.08  # such words make up a quarter of English prose, 1-4 % of its neighbours'


def guess_language(html: str) -> str:
    """The BCP 47 tag that the prose of ``html`` most likely has, ``""`` if there is no telling."""
    prose = prose_of(html)
    han, kana, hangul = (len(script.findall(prose)) for script in (_HAN, _KANA, _HANGUL))
    words = _WORD.findall(prose)
    if han + kana + hangul > len(words):  # a character of theirs says about what a word says
        return _east_asian(prose, han, kana, hangul)
    english = sum(word.lower() in _ENGLISH for word in words)
    return "en" if words and english >= _ENGLISH_SHARE * len(words) else ""


def prose_of(html: str) -> str:
    """The text of ``html`` without code, formulas and tags (of its first part, if it is long)."""
    kept: list[str] = []
    skipped = ""
    for piece in _PIECE.finditer(html[:_SAMPLE]):
        closing, tag = piece[1], (piece[2] or "").lower()
        if skipped:
            skipped = "" if closing and tag == skipped else skipped
        elif tag in _NOT_PROSE and not closing:
            skipped = tag
        else:
            kept.append(piece[3] or " ")
    return "".join(kept)


def _east_asian(prose: str, han: int, kana: int, hangul: int) -> str:
    if hangul > (han + kana) / 2:
        return "ko"
    if kana > han / 8:  # Chinese prose quotes a kana now and then; Japanese cannot do without
        return "ja"
    simplified, traditional = len(_SIMPLIFIED.findall(prose)), len(_TRADITIONAL.findall(prose))
    return "zh-TW" if traditional > simplified else "zh-CN"


def columns_end(text: str, columns: int) -> int:
    """Where in ``text`` so many columns end; East Asian characters are two columns wide."""
    for end, character in enumerate(text):
        if columns <= 0:
            return end
        columns -= 2 if east_asian_width(character) in "WF" else 1
    return len(text)

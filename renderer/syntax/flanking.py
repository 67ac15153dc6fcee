"""Left- and right-flanking delimiter runs beside Chinese, Japanese and Korean text.

CommonMark lets ``**强调：**后文`` stand unmarked, because a full-width colon counts as
punctuation and no space follows.  This is the amendment published by tats-u as
"markdown-cjk-friendly": punctuation that belongs to CJK does not hinder a delimiter run, and a
CJK character beside one counts as a boundary.

      **注意力（Attention）**机制
                          ^ preceded by CJK punctuation, followed by a CJK character: may close
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Scanned

# East Asian Wide, Fullwidth and Halfwidth blocks, Hangul, and the quotation marks that are
# wide in Chinese only; variation selectors follow the character they vary.
_CJK = re.compile(
    "[\u1100-\u11ff\u20a9\u231a-\u231b\u2329-\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff00-\uffef"
    "\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff\U0001f200-\U0001f2ff\U00020000-\U0003fffd]"
)
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@lru_cache(maxsize=1024)
def is_cjk(char: str) -> bool:
    return _CJK.match(char) is not None


@lru_cache(maxsize=1024)
def _is_punctuation(char: str) -> bool:
    if isMdAsciiPunct(ord(char)) or isPunctChar(char):
        return True
    return unicodedata.category(char)[0] == "S"  # CommonMark 0.31 counts symbols too


def scan_cjk(src: str, start: int, maximum: int, *, split_word: bool) -> Scanned:
    """Whether the delimiter run at ``start`` can open and close, and its length."""
    marker = src[start]
    end = start
    while end < maximum and src[end] == marker:
        end += 1
    before = _char_before(src, start)
    after = src[end] if end < maximum else " "
    space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
    punct_before, punct_after = _is_punctuation(before), _is_punctuation(after)
    cjk_before, cjk_after = is_cjk(before), is_cjk(after)

    left = not space_after and (
        not punct_after or cjk_after or space_before or punct_before or cjk_before
    )
    right = not space_before and (
        not punct_before or cjk_before or space_after or punct_after or cjk_after
    )
    can_open = left and (split_word or not right or punct_before)
    can_close = right and (split_word or not left or punct_after)
    return Scanned(can_open, can_close, end - start)


def _char_before(src: str, start: int) -> str:
    """The character before ``start``; a variation selector gives way to the one it varies."""
    if start == 0:
        return " "
    if start > 1 and _VARIATION.match(src[start - 1]):
        return src[start - 2]
    return src[start - 1]

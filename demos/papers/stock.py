"""Papers that nobody wrote: titles, abstracts and summaries out of our own stock of sentences.

The same 400 each time, English and Chinese, with formulas of the kinds that abstracts have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from .sentences import ABSTRACT, AUTHORS, METHODS, SUMMARY, TITLES, TOPICS, Topic

COUNT: Final = 400
_CHINESE: Final = 3  # every third


@dataclass(frozen=True, slots=True)
class Paper:
    """An entry of the list; ``title``, ``abstract`` and ``summary`` are Markdown with LaTeX."""

    number: int
    key: str
    lang: str
    subject: str
    title: str
    authors: tuple[str, ...]
    abstract: str
    summary: str


@cache
def papers() -> tuple[Paper, ...]:
    """All of them, in their order."""
    return tuple(_paper(number) for number in range(1, COUNT + 1))


def _paper(number: int) -> Paper:
    random = Random(number)  # noqa: S311 - a stock, not a secret
    lang = "zh" if number % _CHINESE == 0 else "en"
    topic = TOPICS[number % len(TOPICS)]
    words = _words(random, topic, lang, number)

    def of(choices: Sequence[str]) -> str:
        return random.choice(choices).format_map(words)

    return Paper(
        number=number,
        key=f"{2601 + number // 100}.{number * 37 % 10_000:05}",
        lang=lang,
        subject=topic.subject,
        title=of(TITLES[lang]),
        authors=tuple(random.sample(AUTHORS[lang], 2 + number % 3)),
        abstract=("" if lang == "zh" else " ").join(map(of, ABSTRACT[lang])),
        summary="\n\n".join(of(choices) for choices in SUMMARY[lang]),
    )


def _words(random: Random, topic: Topic, lang: str, number: int) -> dict[str, str]:
    """What the sentences leave open, formulas among it."""
    name, thing = topic.words[lang]
    small, smaller = random.sample(topic.inline, 2)
    return {
        "name": name,
        "thing": thing,
        "method": random.choice(METHODS[lang]),
        "other": random.choice(METHODS[lang]),
        "small": small,
        "smaller": smaller,
        "display": random.choice(topic.display),
        "bound": topic.bound,
        "key": f"p{number}",
        "percent": str(random.randint(7, 48)),
        "times": f"{random.randint(12, 64) / 10}",
        "size": str(random.choice((64, 128, 256, 512, 1024))),
        "power": str(random.randint(2, 5)),
    }

"""What is known of a page as text that people read in a diff: one file for all of its looks.

::

    {
     "format": 2,
     "most": {"title": "Attention", "engine": "mathward", "font": "MJX-NCM-N", …},
     "formulas": [
      {"tex": "a_1", "size": "1.93 1.32 0.34", "mathml": "<math>…</math>"},
      "a_1",
      …
     ],
     "looks": {
      "390-light-typeset": {"measured": "d526376c"},
      "390-dark-typeset": {"measured": "d526376c", "colour": "rgb(230, 230, 230)", …}
     }
    }

A formula is a line.  What most looks say is said once, and a look says what it has otherwise; so
does a formula that was on the page before, whose line is its TeX if all of it is the same.  A
formula that is edited is one line of the diff, whatever the number of looks.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from .compare import SAME
from .model import Capture, Case, FormulaRecord

Facts = dict[str, Any]  # what is said of a formula or of a look, but for what goes without saying
Row = Facts | str  # a formula as it is written; its TeX alone if all is as the first time

FORMAT: Final = 2
_SIZE: Final = ("width", "height", "depth")
_APART: Final = ("index", "box", "tex", *_SIZE)  # the place; pixels; first and second of a line
_REPEATED: Final = ("engine", "font", "colour", "ground")  # the same in most formulas of a look
_PAGE: Final = ("title", "shift", "sideways", "errors", "foreign")
_PLAIN: Final[Facts] = {
    **{each.name: each.default for each in fields(FormulaRecord) if each.name not in _APART},
    "mathml": "",  # this and the next two have no default
    "display": False,
    "engine": "",
}
_EMPTY: Final[Facts] = {"title": "", "shift": None, "sideways": 0, "errors": [], "foreign": []}


@dataclass(slots=True)
class Look:
    """What is known of a page in one look.

    ``said`` is of the page, ``rows`` of its formulas.  ``measured`` is the key of the fingerprint
    under which sizes were measured; ``pixels`` holds a record for the key of each one that has any.
    """

    said: Facts
    rows: list[Facts]
    measured: str = ""
    pixels: dict[str, Any] = field(default_factory=dict)


def look_of(capture: Capture) -> Look:
    """What a capture says, without its pixels."""
    said: Facts = {name: _listed(getattr(capture, name)) for name in _PAGE}
    most: Facts = {}
    if capture.formulas:
        for name in _REPEATED:
            most[name] = _commonest(getattr(each, name) for each in capture.formulas)
    kept = {name: fact for name, fact in said.items() if fact != _EMPTY[name]}
    rows = [_row(each, {**_PLAIN, **most}) for each in capture.formulas]
    return Look({**kept, **most}, rows, capture.fingerprint.key if capture.fingerprint else "")


def capture_of(case: Case, look: Look) -> Capture:
    """The capture that says this, without a picture."""
    said = {**_EMPTY, **look.said}
    plain = dict(_PLAIN)
    plain |= {name: look.said[name] for name in _REPEATED if name in look.said}
    return Capture(
        case=case,
        formulas=tuple(_record(n, row, plain) for n, row in enumerate(look.rows, 1)),
        title=said["title"],
        errors=tuple(said["errors"]),
        foreign=tuple(said["foreign"]),
        shift=said["shift"],
        sideways=said["sideways"],
    )


def steadied(look: Look, before: Look) -> Look:
    """The look with the sizes of before where they differ by no more than measuring does."""
    known: dict[str, list[str]] = defaultdict(list)
    for row in before.rows:
        known[row["tex"]].append(row["size"])
    rows = [
        {
            **row,
            "size": next((s for s in known[row["tex"]] if _is_near(s, row["size"])), row["size"]),
        }
        for row in look.rows
    ]
    return replace(look, rows=rows)


def _is_near(one: str, other: str) -> bool:
    pairs = zip(map(float, one.split()), map(float, other.split()), strict=True)
    return all(abs(a - b) <= SAME for a, b in pairs)


def _row(formula: FormulaRecord, plain: Facts) -> Facts:
    """What a formula says that does not go without saying."""
    facts = asdict(formula)
    size = " ".join(f"{facts[name]:g}" for name in _SIZE)
    said = {name: facts[name] for name in _PLAIN if facts[name] != plain[name]}
    mathml = {"mathml": said.pop("mathml")} if "mathml" in said else {}
    return {"tex": formula.tex, "size": size, **said, **mathml}  # the longest one comes last


def _record(index: int, row: Facts, plain: Facts) -> FormulaRecord:
    facts = {**plain, **{name: fact for name, fact in row.items() if name != "size"}}
    width, height, depth = map(float, row["size"].split())
    return FormulaRecord(index=index, width=width, height=height, depth=depth, **facts)


def _listed(fact: Any) -> Any:
    return list(fact) if isinstance(fact, tuple) else fact


# --- one said by what another one says ---------------------------------------------------------


def _less(facts: Facts, than: Mapping[str, Any]) -> Facts:
    """What ``facts`` say otherwise; None: they do not say that."""
    gone = {name: None for name in than if name not in facts}
    return gone | {name: fact for name, fact in facts.items() if than.get(name) != fact}


def _more(than: Mapping[str, Any], less: Mapping[str, Any]) -> Facts:
    """The facts of which ``less`` is what they say otherwise."""
    return {name: fact for name, fact in {**than, **less}.items() if fact is not None}


def _most(all_facts: Sequence[Facts]) -> Facts:
    """What most of these say."""
    names = dict.fromkeys(name for facts in all_facts for name in facts)
    common = {name: _commonest(facts.get(name) for facts in all_facts) for name in names}
    return {name: fact for name, fact in common.items() if fact is not None}


def _commonest(facts: Iterable[Any]) -> Any:
    listed = list(facts)
    counted = Counter(json.dumps(fact) for fact in listed)
    word = counted.most_common(1)[0][0]
    return next(fact for fact in listed if json.dumps(fact) == word)


def _shortened(rows: Iterable[Facts], others: Sequence[Facts] = ()) -> list[Row]:
    """Each formula that was there before, or is among ``others``, by what it has otherwise."""
    known = {row["tex"]: row for row in reversed(others)}
    short: list[Row] = []
    for row in rows:
        first = known.setdefault(row["tex"], row)
        less = row if first is row else {"tex": row["tex"], **_less(row, first)}
        short.append(less if len(less) > 1 else row["tex"])
    return short


def _whole(rows: Iterable[Row], others: Sequence[Facts] = ()) -> list[Facts]:
    known = {row["tex"]: row for row in reversed(others)}
    whole = []
    for row in rows:
        facts = {"tex": row} if isinstance(row, str) else row
        first = known.get(facts["tex"])
        whole.append(_more(first, facts) if first else facts)
        known.setdefault(facts["tex"], whole[-1])
    return whole


# --- the file ----------------------------------------------------------------------------------


def written(looks: Mapping[str, Look]) -> bytes:
    """The file of a page of which so much is known, whatever came first."""
    looks = dict(sorted(looks.items()))
    alike = _alike(looks)
    most = _most([look.said for look in looks.values()])
    rows = [_most(row) for row in zip(*(look.rows for look in alike), strict=True)]
    said = {
        name: _look_record(look, most, rows, is_alike=look in alike) for name, look in looks.items()
    }
    record = {"format": FORMAT, "most": most, "formulas": _shortened(rows), "looks": said}
    return (_json(record) + "\n").encode("utf-8", "replace")


def read(text: str) -> dict[str, Look]:
    """What is known of a page, by look; ValueError, KeyError or TypeError if it is no such file."""
    record = json.loads(text)
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError("it is of another version, or of something else")
    rows = _whole(record["formulas"])
    return {name: _look(each, record["most"], rows) for name, each in record["looks"].items()}


def _alike(looks: Mapping[str, Look]) -> list[Look]:
    """The looks, as many as possible, that show the same formulas."""
    groups: dict[tuple[str, ...], list[Look]] = {}
    for look in looks.values():
        groups.setdefault(tuple(row["tex"] for row in look.rows), []).append(look)
    return max(groups.values(), key=len)


def _look_record(look: Look, most: Facts, rows: Sequence[Facts], *, is_alike: bool) -> Facts:
    said: Facts = {"measured": look.measured, **_less(look.said, most)}
    if not is_alike:
        said["rows"] = _shortened(look.rows, rows)
    else:
        pairs = enumerate(zip(look.rows, rows, strict=True), 1)
        less = {str(index): _less(*pair) for index, pair in pairs}
        said["formulas"] = {index: facts for index, facts in less.items() if facts}
    said["pixels"] = look.pixels
    return {name: fact for name, fact in said.items() if fact != {}}


def _look(record: Facts, most: Facts, rows: Sequence[Facts]) -> Look:
    own = dict(record)
    measured, pixels = own.pop("measured"), own.pop("pixels", {})
    otherwise, other = own.pop("formulas", {}), own.pop("rows", None)
    if other is not None:
        lines = _whole(other, rows)
    else:
        lines = [_more(row, otherwise.get(str(index), {})) for index, row in enumerate(rows, 1)]
    return Look(_more(most, own), lines, measured, pixels)


def _json(value: Any, depth: int = 1) -> str:
    """JSON in which all that holds nothing else is one line."""
    if isinstance(value, dict) and any(isinstance(each, dict | list) for each in value.values()):
        lines = [f"{_word(name)}: {_json(each, depth + 1)}" for name, each in value.items()]
        ends = "{}"
    elif isinstance(value, list) and value:
        lines, ends = [_json(each, depth + 1) for each in value], "[]"
    else:
        return _word(value)
    pad = "\n" + " " * depth
    return f"{ends[0]}{pad}{f',{pad}'.join(lines)}{pad[:-1]}{ends[1]}"


def _word(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

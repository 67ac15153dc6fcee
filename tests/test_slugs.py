"""Ids of headings: unique, whatever the headings are."""

from __future__ import annotations

import pytest

from renderer import render


@pytest.mark.parametrize("heading", ["a", "long words " * 20, "标题" * 60, "!!!"])
def test_equal_headings_get_ids_of_their_own(heading: str) -> None:
    """Also where they are longer than an id may be."""
    ids = [each.id for each in render(f"# {heading}\n\n" * 50).headings]
    assert len(set(ids)) == 50
    assert max(map(len, ids)) < 100


def test_ids_with_numbers_of_their_own_stay_apart() -> None:
    """A heading that looks like another's second id does not take it twice."""
    ids = [each.id for each in render("# a\n# a\n# a-1\n# a\n# a 1\n").headings]
    assert len(set(ids)) == 5

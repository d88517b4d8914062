"""Folder names of scopes: readable, safe, and never the same for two scopes."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from analysis.engine.layout import scope_slug

NAMES = st.text(min_size=1, max_size=200).filter(lambda name: name.strip() == name)


@given(NAMES)
def test_any_scope_has_a_safe_name(name):
    assert re.fullmatch(r"branch-[a-z0-9_-]{1,80}", scope_slug(f"branch:{name}"))


@given(st.lists(NAMES, min_size=2, max_size=5, unique_by=str.casefold))
def test_scopes_that_differ_by_more_than_case_have_different_names(names):
    slugs = {scope_slug(f"region:{name}") for name in names}
    assert len(slugs) == len(names)


def test_blanks_hyphens_and_underscores_are_told_apart():
    names = ["North East", "North-East", "North_East", "North  East", "NorthEast"]
    assert len({scope_slug(f"region:{name}") for name in names}) == len(names)

"""The nearest valid name, and names that are safe as files."""

import pytest

from analysis.params.names import breaks_line, is_plain, is_reserved, join_options, nearest, suggest


@pytest.mark.parametrize(
    ("name", "expected"),
    [("lifecycel", "lifecycle"), ("LIFECYCLE", "lifecycle"), ("market", None), ("", None)],
)
def test_the_nearest_name(name, expected):
    assert nearest(name, ["lifecycle", "customer_voice"]) == expected


def test_a_suggestion_is_a_question_or_nothing():
    assert suggest("lifecycel", ["en", "lifecycle"]) == "Did you mean 'lifecycle'?"
    assert suggest("wholly different", ["en", "zh"]) == ""


@pytest.mark.parametrize("name", ["CON", "nul", "Aux", "com1", "LPT9", "prn.yaml", "con "])
def test_names_that_windows_keeps(name):
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["console", "null", "com", "com10", "lpt", "sample"])
def test_names_that_only_look_like_them(name):
    assert not is_reserved(name)


@pytest.mark.parametrize("name", ["a", "2025-q4", "North_1", "x" * 64])
def test_plain_names(name):
    assert is_plain(name)


@pytest.mark.parametrize("name", ["", "-a", "_a", "a b", "a.b", "a/b", "北", "x" * 65, "a\n", "é"])
def test_names_that_are_not_plain(name):
    assert not is_plain(name)


def test_what_breaks_a_line():
    assert all(map(breaks_line, "\n\r\t\x00\x1b\x85\u2028\u202e\ud800"))
    assert not any(map(breaks_line, "a 示\u3000é\U0001f600"))


def test_a_long_list_of_options_is_cut():
    assert join_options("abcd", most=2) == "one of a, b and 2 more"
    assert join_options(["only"]) == "only"

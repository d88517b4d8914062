import datetime as dt
import re
from importlib.resources import files
from pathlib import Path

import pytest

from analysis.locale.catalog import chinese
from analysis.site.reader import Reader
from analysis.site.words import WORDS
from analysis.visible import clean_text


def fields(pattern):
    return sorted(re.findall(r"{\w+}", pattern))


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200f", "\ufeff", "\x00", "\x1b"])
def test_deceptive_characters_become_visible(character):
    assert clean_text(f"a{character}b") == "a\ufffdb"


def test_ordinary_text_stays():
    text = "Übersicht – 客户（1）\n\t“a” e\u0301 👍"
    assert clean_text(text) == text


def test_every_word_of_the_pages_is_translated():
    words = {name: word.pattern for name, word in WORDS.items()}
    assert {name for name, pattern in words.items() if pattern not in chinese()} == set()
    for pattern in words.values():
        assert fields(pattern) == fields(chinese()[pattern])


def test_every_word_is_said_somewhere():
    package = Path(str(files("analysis.site")))
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted(package.rglob("*"))
        if path.name.endswith((".j2", ".py")) and path.name != "words.py"
    )
    built = {"trend_", "counts_", "rests_on_", "_means", "kind_", "room_"}
    unsaid = {
        name
        for name in WORDS
        if not re.search(rf"[\"']{name}[\"']", text) and not any(part in name for part in built)
    }
    badges = {"conclusive", "passed", "failed", "informational", "published", "kept", "skipped"}
    assert unsaid - badges == set()


def test_words_take_values_in_the_readers_format():
    day = dt.date(2025, 12, 31)
    assert Reader("en").say("since", day=day) == "since 31 December 2025"
    assert Reader("zh").say("figure", number=3) == "图3"
    assert Reader("en").count(1_234_567) == "1,234,567"


def test_a_text_without_words_is_empty():
    assert Reader("en").read({}) == ""

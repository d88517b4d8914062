"""What a batch found on a table holds for a kernel only where nothing is other than it was."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest

from analysis.data import handed
from analysis.data.connect import connect
from analysis.data.handed import HandedQuality, hand_over, hash_checks, hash_contents, take_over
from analysis.data.quality import check_source
from analysis.params.source import SourceSettings

AS_OF = dt.date(2025, 12, 31)
CUSTOMERS = "customer_id,branch_id,segment,opened_on\nC1,B1,mass,2024-01-01\n"
NEEDS = "customer_id,asked_on,product_family,wanted\nC1,2025-01-01,card,yes\nC9,2025-01-01,card,no\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "needs.csv").write_text(NEEDS)
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    return tmp_path


@pytest.fixture
def source(folder):
    with connect(SourceSettings(folder=folder), environment={}) as opened:
        yield opened


@pytest.fixture
def given(source):
    """What a batch hands over on the table ``needs``, which refers to ``customers``."""
    quality = check_source(source, tables=["needs"], as_of=AS_OF).table("needs")
    contents = hash_contents(source, "needs")
    assert set(contents) >= {"needs", "customers"}
    return HandedQuality(quality=quality, as_of=AS_OF, contents=contents, code=hash_checks())


def take(given, source, as_of=AS_OF):
    return take_over([json.loads(json.dumps(hand_over(given)))], source, as_of=as_of)


def test_the_same_table_is_not_checked_again(given, source, monkeypatch):
    taken = take(given, source)
    assert taken == {"needs": given.quality}
    assert taken["needs"].failed  # a reference that leads nowhere came along
    monkeypatch.setattr("analysis.data.quality.check_table", None)
    known = check_source(source, tables=["needs"], as_of=AS_OF, known=taken)
    assert known.table("needs") == given.quality


@pytest.mark.parametrize("name", ["needs", "customers"])
def test_another_content_of_it_or_of_what_it_refers_to_is_checked_anew(
    given, source, folder, name
):
    with (folder / f"{name}.csv").open("a") as stream:
        stream.write("\n")
    assert take(given, source) == {}


def test_a_table_that_it_refers_to_and_that_is_gone_has_it_checked_anew(given, source, folder):
    (folder / "customers.csv").unlink()
    assert take(given, source) == {}


def test_another_day_is_checked_anew(given, source):
    assert take(given, source, as_of=dt.date(2025, 12, 30)) == {}


def test_other_checks_are_made_anew(given, source, monkeypatch):
    assert take(dataclasses.replace(given, code="0" * 64), source) == {}
    monkeypatch.setattr(handed, "hash_checks", lambda: "1" * 64)
    assert take(given, source) == {}


def test_what_cannot_be_read_is_left_alone(given, source):
    assert take_over([{"quality": 1}], source, as_of=AS_OF) == {}

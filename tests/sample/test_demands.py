"""The tables of demand management: their laws, and one bank seen on three days."""

import datetime as dt

import duckdb
import pytest

from analysis.sample import write_sample_bank

DAYS = (dt.date(2025, 6, 30), dt.date(2025, 9, 30), dt.date(2025, 12, 31))
REACHED = ("analysed_on", "prioritised_on", "agreed_on", "started_on", "delivered_on")


@pytest.fixture(scope="module")
def seen_on(tmp_path_factory):
    """The same seed on three days; each bank's folder."""
    place = tmp_path_factory.mktemp("periods")
    return {
        day: write_sample_bank(place / str(day), customers=100, seed=11, as_of=day).folder
        for day in DAYS
    }


def rows(folder, query):
    return duckdb.sql(query.format(folder=folder)).fetchall()


@pytest.mark.parametrize(("before", "after"), [DAYS[:2], DAYS[1:]])
def test_a_later_day_only_adds_to_what_was_known_of_demands(seen_on, before, after):
    known = ", ".join(
        f"case when {name} <= date '{before}' then {name} end"
        for name in (*REACHED, "withdrawn_on")
    )
    query = (  # names of the contract
        f"select demand_id, department_id, identified_on, {known} "  # noqa: S608
        "from '{folder}/demands.parquet' "
        f"where identified_on between date '{after - dt.timedelta(days=1300)}' "
        f"and date '{before}' order by all"
    )
    earlier, later = (rows(seen_on[day], query) for day in (before, after))
    assert len(earlier) > 1000
    assert earlier == later


@pytest.mark.parametrize(("before", "after"), [DAYS[:2], DAYS[1:]])
@pytest.mark.parametrize(
    ("table", "day"),
    [
        ("indicator_values", "stated_on"),
        ("employee_answers", "answered_on"),
        ("actions", "raised_on"),
    ],
)
def test_a_later_day_changes_no_value_that_was_stated(seen_on, before, after, table, day):
    columns = "* exclude (done_on, dropped_on)" if table == "actions" else "*"
    query = (
        f"select {columns} from '{{folder}}/{table}.parquet' where {day} between "  # noqa: S608
        f"date '{after - dt.timedelta(days=1300)}' and date '{before}' order by all"
    )
    stated = (seen_on[before] / f"{table}.parquet").is_file()  # no file where nothing is yet
    earlier = rows(seen_on[before], query) if stated else []
    assert stated or (table, before) == ("actions", DAYS[0])
    assert earlier == rows(seen_on[after], query)


def test_one_value_is_restated(seen_on):
    query = (
        "select indicator_id, count(*) from '{folder}/indicator_values.parquet' "
        "group by indicator_id, value_on having count(*) > 1"
    )
    assert rows(seen_on[DAYS[0]], query) == []
    assert rows(seen_on[DAYS[2]], query) == [("digital_share", 2)]


def test_the_planted_stages_are_in_the_data(sample):
    planted = sample.truth("demands", "mean_days")
    found = sample.one("select avg(analysed_on - identified_on) from demands where identified_on "
                       "between '2022-01-01' and '2025-06-01'")  # fmt: skip
    n = sample.one("select count(analysed_on) from demands where identified_on < '2025-06-01'")
    error = planted["analysed_on"] / (2 * n) ** 0.5
    assert abs(found - 0.5 - planted["analysed_on"]) < 4 * error, "whole days are rounded up"


def test_what_got_worse_got_worse_from_its_day_on(sample):
    planted = sample.truth("demands", "deterioration")
    soon = f"delivered_on <= started_on + 45 and department_id = '{planted['department_id']}'"
    all_ = f"department_id = '{planted['department_id']}'"
    before, after = (
        sample.count("demands", f"{soon} and {when}")
        / sample.count("demands", f"{all_} and {when}")
        for when in (
            f"started_on < date '{planted['from']}'",
            f"started_on between date '{planted['from']}' and date '2025-11-15'",
        )
    )
    assert after < before - 0.2


def test_a_priority_is_known_once_it_is_set_and_nothing_follows_a_withdrawal(sample):
    assert sample.count("demands", "(priority is null) <> (prioritised_on is null)") == 0
    assert sample.count("demands", "withdrawn_on < started_on") == 0
    assert sample.count("demands", "withdrawn_on is not null and delivered_on is not null") == 0

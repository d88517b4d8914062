"""What is refused, and what the refusal says."""

import datetime as dt

import pandas as pd
import pytest

from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.demand_assessment.indicators import load_register
from analysis.demand_assessment.stated_values import load_stated
from analysis.errors import DataError
from analysis.params.source import SourceSettings

from .conftest import DAYS

LAST = DAYS[-1]


def read_register(folder):
    with connect(SourceSettings(folder=folder), environment={}, temporary=None) as source:
        bank = Bank(source, as_of=LAST)
        load_stated(bank, as_of=LAST, confidence=0.95)
        load_register(bank, as_of=LAST)


def edit(column, value, where=lambda frame: frame.index == 0):
    def change(frame):
        frame.loc[where(frame), column] = value
        return frame

    return change


def of(key, column="indicator_id"):
    return lambda frame: frame[column] == key


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (
            {"dimensions": edit("weight", 0.5, of("D01", "dimension_id"))},
            r"the weights of dimensions do not add up: found 1\.36, need 1",
        ),
        (
            {"indicators": edit("weight", 0.9, of("on_time"))},
            r"the weights of the indicators of dimension 'D04' do not add up: found 1\.5, need 1",
        ),
        (
            {"indicators": edit("unit", None, of("bad_loans"))},
            "indicator 'bad_loans' has a target without a unit",
        ),
        (
            {"indicators": edit("source_metric", "active_share", of("early_retention"))},
            r"metric 'lifecycle\.active_share' is defined as an indicator twice",
        ),
        (
            {"indicators": edit("direction", "lower", of("on_time"))},
            "indicator 'on_time' has a target of another direction",
        ),
        (
            {"indicators": edit("dimension_id", "D99", of("acquisition_cost"))},
            "indicator 'acquisition_cost' belongs to no dimension",
        ),
        (
            {"indicator_targets": edit("zero_low", 0.9, of("on_time"))},
            "indicator 'on_time' has a target that is no better than nothing",
        ),
        (
            {"indicator_values": edit("stated_on", dt.date(2025, 3, 1), of("2025-Q3", "period"))},
            "a period is out of order: values are stated before it ended: found 9 rows of 2025-Q3",
        ),
        (
            {"indicator_values": edit("period", "2025-Q4", of("2025-Q3", "period"))},
            "period '2025-Q4' is out of order: it ends on several days",
        ),
    ],
)
def test_a_register_that_is_not_sound_is_refused(changed, tables, message):
    with pytest.raises(DataError, match=message):
        read_register(changed(**tables))


def test_an_indicator_defined_twice_is_refused(changed):
    def twice(frame):
        return pd.concat([frame, frame[frame["indicator_id"] == "on_time"]])

    with pytest.raises(DataError, match="indicator 'on_time' is defined as an indicator twice"):
        read_register(changed(indicators=twice))


def test_all_that_is_wrong_is_said_at_once(changed):
    folder = changed(
        dimensions=edit("weight", 0.5, of("D01", "dimension_id")),
        indicators=edit("unit", None, of("bad_loans")),
    )
    with pytest.raises(DataError) as caught:
        read_register(folder)
    assert len(caught.value.problems) == 2

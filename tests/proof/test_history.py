"""A run is compared with the runs before it, in the order of their periods."""

import datetime as dt
import json

import pytest

from analysis.errors import ParameterError
from analysis.proof.history import earlier_runs

DAY = dt.date(2025, 12, 31)


def leave(reports, name, as_of, *, follows=None):
    folder = reports / name
    folder.mkdir(parents=True)
    status = {"run": name, "period": name.upper(), "as_of": as_of, "follows": follows}
    (folder / "status.json").write_text(json.dumps(status))


def test_the_latest_comes_first(tmp_path):
    leave(tmp_path, "2025q2", "2025-06-30")
    leave(tmp_path, "2025q3", "2025-09-30", follows="2025q2")
    found = earlier_runs(tmp_path, "2025q3", as_of=DAY)
    assert [run.run for run in found] == ["2025q3", "2025q2"]
    assert found[0].period == "2025Q3"
    assert found[0].folder == tmp_path / "2025q3"


def test_a_first_period_has_no_history(tmp_path):
    assert earlier_runs(tmp_path, None, as_of=DAY) == ()


def test_a_period_out_of_order_is_refused(tmp_path):
    leave(tmp_path, "2026q1", "2026-03-31")
    with pytest.raises(ParameterError, match="not later: found 2026-03-31 followed by 2025-12-31"):
        earlier_runs(tmp_path, "2026q1", as_of=DAY)


def test_a_circle_of_periods_is_refused(tmp_path):
    leave(tmp_path, "a", "2025-06-30", follows="b")
    leave(tmp_path, "b", "2025-03-31", follows="a")
    with pytest.raises(ParameterError, match="periods in order"):
        earlier_runs(tmp_path, "a", as_of=DAY)


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"as_of": "soon", "run": "x"}'])
def test_a_run_that_left_nothing_is_named(tmp_path, text):
    if text is not None:
        (tmp_path / "lost").mkdir()
        (tmp_path / "lost" / "status.json").write_text(text)
    with pytest.raises(ParameterError, match=r"'lost'.*Run that period first"):
        earlier_runs(tmp_path, "lost", as_of=DAY)

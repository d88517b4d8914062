"""What earlier periods said of a report's key figures."""

import datetime as dt
import json

from analysis.proof.course import tell_history
from analysis.proof.history import EarlierRun


def earlier(folder, period, metrics):
    place = folder / period / "lifecycle" / "bank"
    place.mkdir(parents=True)
    (place / "results.json").write_text(json.dumps({"metrics": metrics}), encoding="utf-8")
    return EarlierRun(folder=folder / period, run=period, period=period, as_of=dt.date(2025, 1, 1))


def metric(name, value):
    return {"name": name, "value": value, "low": None, "high": None, "text": {}, "trend": "x"}


def test_the_earliest_period_comes_first_and_only_what_was_published_is_told(tmp_path):
    runs = [
        earlier(tmp_path, "2025-Q3", [metric("active", 0.6)]),
        earlier(tmp_path, "2025-Q2", [metric("active", None)]),
    ]
    told = json.loads(tell_history(runs, "lifecycle/bank"))
    assert [each["period"] for each in told] == ["2025-Q2", "2025-Q3"]
    assert told[1]["metrics"]["active"] == {"value": 0.6, "low": None, "high": None, "text": {}}


def test_a_period_without_the_report_is_passed_over(tmp_path):
    run = earlier(tmp_path, "2025-Q3", [metric("active", 0.6)])
    assert tell_history([run], "lifecycle/region-north") == ""


def test_the_same_results_are_told_in_the_same_bytes(tmp_path):
    run = earlier(tmp_path, "2025-Q3", [metric("b", 1.0), metric("a", 2.0)])
    assert tell_history([run], "lifecycle/bank") == tell_history([run], "lifecycle/bank")

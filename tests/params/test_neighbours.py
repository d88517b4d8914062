"""By hand, a notebook finds the results that a batch would tell it of."""

import datetime as dt
import json

import pytest

from analysis.errors import ParameterError
from analysis.params.neighbours import find_neighbours, read_results_of
from analysis.params.run import RunFile


def leave(folder, *, status="published", follows=None, as_of="2025-12-31", scope="bank"):
    """What a batch of the reports 'above' and 'alpha' leaves."""
    for report in ("above", "alpha"):
        place = folder / report / scope
        place.mkdir(parents=True)
        (place / "results.json").write_text("{}")
    told = {
        "run": folder.name, "period": "P", "as_of": as_of, "follows": follows,
        "reports": [
            {"report": "above", "scope": scope, "status": "published", "folder": f"above/{scope}"},
            {"report": "alpha", "scope": scope, "status": status, "folder": f"alpha/{scope}"},
        ],
    }  # fmt: skip
    (folder / "status.json").write_text(json.dumps(told))


def settings(**changes):
    values = {
        "run": "now", "title": {"en": "Now"}, "period": "2025-Q4", "as_of": "2025-12-31",
        "previous_as_of": "2025-09-30", "scopes": ["bank"], "languages": ["en"],
        "source": {"folder": "../data"}, "reports": {"above": {}, "alpha": {}}, **changes,
    }  # fmt: skip
    return RunFile.model_validate(values)


def find(folder, **changes):
    return find_neighbours(folder, settings(**changes), report="above", scope="bank")


def test_the_others_of_the_run_are_found_with_their_status_its_own_is_left_out(tmp_path):
    leave(tmp_path / "now")
    near = find(tmp_path)
    assert [(r.report, r.status, r.folder) for r in near.results] == [
        ("alpha", "published", "alpha/bank")
    ]
    assert near.folder == tmp_path / "now"


def test_one_that_failed_may_not_be_read_though_its_last_good_version_is_there(tmp_path):
    leave(tmp_path / "now", status="failed")
    assert [found.status for found in find(tmp_path).results] == ["failed"]


def test_one_that_the_run_no_longer_asks_for_is_not_read(tmp_path):
    leave(tmp_path / "now")
    assert find(tmp_path, reports={"above": {}}).results == ()


def test_earlier_runs_come_with_their_folders(tmp_path):
    leave(tmp_path / "now")
    leave(tmp_path / "q3", as_of="2025-09-30")
    (run,) = find(tmp_path, follows="q3").earlier
    assert (run.folder, run.as_of) == (tmp_path / "q3", dt.date(2025, 9, 30))
    assert {found.report for found in read_results_of(run.folder, scope="bank")} == {
        "above",
        "alpha",
    }


def test_a_period_out_of_order_is_refused(tmp_path):
    leave(tmp_path / "q3", as_of="2026-03-31")
    with pytest.raises(ParameterError, match="need periods in order"):
        find(tmp_path, follows="q3")


def test_a_status_that_cannot_be_read_leaves_nothing_to_read(tmp_path):
    (tmp_path / "now").mkdir()
    (tmp_path / "now" / "status.json").write_text('{"reports": [{"report": 7}]}')
    assert find(tmp_path).results == ()

"""What a report published is read back, typed, with links to its page; or it is said why not."""

import datetime as dt
import json

import pytest

from analysis.params.neighbours import EarlierResults, Neighbours, ReportResults
from analysis.publish.payload import PublishedMetric, ReportHeader
from analysis.publish.results import Archive, MissingResults, Results
from analysis.text import Link

HEADER = ReportHeader(
    name="report", title={"en": "T"}, question={"en": "Q"}, run="now", run_title={"en": "N"},
    period="2025-Q4", as_of=dt.date(2025, 12, 31), previous_as_of=dt.date(2025, 9, 30),
    scope="bank", scope_title={"en": "Whole bank"}, languages=("en",), parameters={},
    disclosure={}, rules=(),
)  # fmt: skip
METRIC = PublishedMetric(
    name="rate", label={"en": "Rate"}, definition={}, measure="share", unit="none", value=0.4,
    low=0.3, high=0.5, confidence=0.95, n=None, suppressed=False, text={}, interval_text={},
    change_text={}, change=None, change_low=None, change_high=None, trend="unknown",
)  # fmt: skip


def leave(folder, *, told_format=1):
    folder.mkdir(parents=True)
    told = {
        "format": told_format,
        "report": HEADER.model_dump(mode="json"),
        "verdict": None,
        "metrics": [METRIC.model_dump(mode="json")],
        "findings": [],
        "checks": [],
        "tables": [],
    }
    (folder / "results.json").write_text(json.dumps(told))


def archive(tmp_path, **status):
    places = [
        ReportResults(report=name, status=found, folder=f"{name}/bank")
        for name, found in status.items()
    ]
    return Archive.of_this_run(Neighbours(folder=tmp_path, results=tuple(places)))


def test_metrics_come_back_as_they_were_published(tmp_path):
    leave(tmp_path / "alpha" / "bank")
    found = archive(tmp_path, alpha="published").results("alpha")
    assert isinstance(found, Results)
    assert found.metrics["rate"] == METRIC
    assert found.header == HEADER


@pytest.mark.parametrize(
    ("status", "why"), [("failed", "failed"), ("published", "unreadable"), (None, "not_asked_for")]
)
def test_what_cannot_be_read_says_why(tmp_path, status, why):
    leave(tmp_path / "alpha" / "bank", told_format=99)
    found = archive(tmp_path, **({"alpha": status} if status else {})).results("alpha")
    assert found == MissingResults(report="alpha", why=why)


def test_damaged_results_are_a_hole_and_no_crash(tmp_path):
    leave(tmp_path / "alpha" / "bank")
    (tmp_path / "alpha" / "bank" / "results.json").write_text('{"format": 1, "report"')
    assert archive(tmp_path, alpha="published").results("alpha") == MissingResults(
        report="alpha", why="unreadable"
    )


def test_links_lead_to_the_page_in_the_readers_language(tmp_path):
    leave(tmp_path / "alpha" / "bank")
    found = archive(tmp_path, alpha="published").results("alpha")
    assert found.link("Rate", "metric-rate").address("zh") == (
        "../../alpha/bank/report.zh.html#metric-rate"
    )


def test_links_to_an_earlier_run_lead_out_of_this_one(tmp_path):
    reports = [{"report": "alpha", "scope": "bank", "status": "published", "folder": "alpha/bank"}]
    leave(tmp_path / "q3" / "alpha" / "bank")
    (tmp_path / "q3" / "status.json").write_text(json.dumps({"reports": reports}))
    run = EarlierResults(
        run="q3", period="2025-Q3", as_of=dt.date(2025, 9, 30), folder=tmp_path / "q3"
    )
    near = Neighbours(folder=tmp_path / "years" / "2025", earlier=(run,))
    (before,) = Archive.of_earlier_runs(near, scope="bank")
    address = before.results("alpha").link("Rate").address("en")
    assert address == "../../../../q3/alpha/bank/report.en.html"
    own = tmp_path / "years" / "2025" / "above" / "bank"
    assert (own / address).resolve().parent == tmp_path / "q3" / "alpha" / "bank"


@pytest.mark.parametrize("page", ["https://example.org", "/etc/passwd", "a//b", "javascript:x"])
def test_a_link_never_leaves_the_folder_of_reports_by_an_absolute_address(page):
    with pytest.raises(ValueError, match="relative path"):
        Link(text="x", page=page)

"""What has changed since the last period, and why, on the report's own page."""

import datetime as dt
import html
import json
import re

import pytest

from analysis.proof.course import tell_history
from analysis.proof.history import EarlierRun
from analysis.site.render import render_report

Q2, Q3, Q4 = dt.date(2025, 6, 30), dt.date(2025, 9, 30), dt.date(2025, 12, 31)
PLACE = "lifecycle/bank"


def metric(make, name, value, label, **changes):
    bounds = {"low": value - 0.01, "high": value + 0.01, "text": make.same(f"{value:.1%}")}
    none = dict.fromkeys(("change", "change_low", "change_high"))
    return make.metric(
        name, make.both(*label), **{"value": value, **bounds, "n": None, **none, **changes}
    )


def write(make, run, metrics, as_of, previous, history="", **manifest):
    header = make.header(as_of=as_of, previous_as_of=previous, period=run.name)
    folder = make.folder(
        run / PLACE,
        make.notebook(make.code("x = 1", header, make.verdict(), *metrics)),
        {**make.manifest, "report": "lifecycle", "scope": "bank", **manifest},
    )
    if history:
        (folder / "history.json").write_text(history, encoding="utf-8")
    render_report(folder)
    return folder


STABLE, LOST, GONE, FRESH = (
    ("Stable share", "稳定占比"), ("Lost share", "流失占比"),
    ("Gone", "旧指标"), ("Fresh", "新指标"),
)  # fmt: skip


@pytest.fixture(scope="module")
def told(make, tmp_path_factory):
    """A report, and the one of the period after it, made with another lock file."""
    runs = tmp_path_factory.mktemp("changes")
    write(
        make, runs / "2025-Q3",
        [metric(make, "stable", 0.60, STABLE), metric(make, "lost", 0.10, LOST),
         metric(make, "gone", 0.5, GONE)],
        Q3, Q2, lock="1" * 64,
    )  # fmt: skip
    run = EarlierRun(folder=runs / "2025-Q3", run="2025q3", period="2025-Q3", as_of=Q3)
    history = tell_history([run], PLACE)
    folder = write(
        make, runs / "2025-Q4",
        [metric(make, "stable", 0.65, STABLE, change=0.05, change_low=0.03, change_high=0.07),
         metric(make, "lost", 0.13, LOST, change=0.01), metric(make, "fresh", 0.2, FRESH)],
        Q4, Q3, history, lock="2" * 64,
    )  # fmt: skip
    return runs, folder, history


def section(folder, language):
    page = (folder / f"report.{language}.html").read_text("utf-8")
    part = page[page.index('<section id="changes"') :]
    return part[: part.index("</section>")]


def read(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def test_each_figure_that_differs_is_named_with_noise_and_cause(told):
    text = read(section(told[1], "en"))
    assert "2025-Q3 against 2025-Q4 · changed 1, restated 1, new 1, vanished 1, unchanged 0" in text
    assert (
        "Stable share 60.0% 65.0% +5.0 percentage points [+3.0, +7.0] beyond noise Changed "
        "+5.0 percentage points: the bank itself: the new period's data (the new run computed the "
        "earlier day again)"
    ) in text
    assert "Restated +2.0 percentage points: libraries or Python (nothing else differs)" in text
    assert "Gone 50.0% – – Vanished" in text
    assert "Fresh – 20.0% – New" in text


def test_it_stands_between_the_tiles_and_the_sections_and_leads_to_the_whole_comparison(told):
    page = (told[1] / "report.en.html").read_text("utf-8")
    places = [page.index(f'id="{name}"') for name in ("metrics", "changes", "certainty")]
    assert places == sorted(places)
    assert 'href="../../comparison.en.html#lifecycle-bank"' in section(told[1], "en")


def test_it_is_said_in_chinese(told):
    text = read(section(told[1], "zh"))
    assert "稳定占比 60.0% 65.0%" in text
    assert "业务本身的变化" in text
    assert 'href="../../comparison.zh.html#lifecycle-bank"' in section(told[1], "zh")


def test_without_an_earlier_period_one_line_says_so(told):
    text = read(section(told[0] / "2025-Q3" / PLACE, "en"))
    assert text.endswith("There is no report of an earlier period to compare with.")


def test_the_same_earlier_report_gives_the_same_bytes_and_another_one_another_page(told):
    runs, folder, history = told
    page = (folder / "report.en.html").read_bytes()
    manifest = runs / "2025-Q3" / PLACE / "manifest.json"
    facts = json.loads(manifest.read_text("utf-8"))
    run = EarlierRun(folder=runs / "2025-Q3", run="2025q3", period="2025-Q3", as_of=Q3)
    manifest.write_text(json.dumps({**facts, "seconds": 99, "started_at": "later"}), "utf-8")
    assert tell_history([run], PLACE) == history  # a clock is no change
    render_report(folder)
    assert (folder / "report.en.html").read_bytes() == page
    manifest.write_text(json.dumps({**facts, "python": "2.7"}), "utf-8")
    assert tell_history([run], PLACE) != history


def test_a_report_that_the_run_before_did_not_have_is_compared_with_none(told):
    runs, _, _ = told
    between = EarlierRun(folder=runs / "nothing", run="b", period="between", as_of=Q3)
    before = EarlierRun(folder=runs / "2025-Q3", run="2025q3", period="2025-Q3", as_of=Q2)
    (period,) = json.loads(tell_history([between, before], PLACE))
    assert "report" not in period

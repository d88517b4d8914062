import json
import re

import pytest

from analysis.errors import ReportError
from analysis.site.index import write_index
from analysis.site.render import render_report


def entry(scope="bank", status="published", *, report="lifecycle", reason="", folder=None):
    return {
        "report": report,
        "scope": scope,
        "status": status,
        "reason": reason,
        "kinds": [],
        "folder": folder or f"{report}/{scope.replace(':', '-').lower()}",
    }


def write_status(run, *entries, **changes):
    status = {
        "run": "sample",
        "title": {"en": "Sample bank", "zh": "示例银行"},
        "period": "2025-Q4",
        "as_of": "2025-12-31",
        "previous_as_of": "2025-09-30",
        "languages": ["en", "zh"],
        "reports": list(entries),
        **changes,
    }
    (run / "status.json").write_text(json.dumps(status), encoding="utf-8")


def read_index(run, name="index.html"):
    html = (run / name).read_text(encoding="utf-8")
    body = html[html.index("<body") : html.index("<script>")]
    return html, " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture(scope="module")
def rendered(make, tmp_path_factory):
    """A whole-bank report and one for the North, each with its pages."""
    run = tmp_path_factory.mktemp("run")
    cells = make.lifecycle_cells()
    render_report(make.folder(run / "lifecycle/bank", make.lifecycle()))
    north = make.header(scope="region:North", scope_title=make.both("North", "华北"))
    cells[2] = make.code("x", north)
    render_report(make.folder(run / "lifecycle/region-north", make.notebook(*cells)))
    return run


def test_each_report_and_scope_has_its_verdict_and_figures(rendered):
    write_status(rendered, entry(), entry("region:North"))
    write_index(rendered)
    html, text = read_index(rendered)
    assert "Published 2 of 2 reports" in text
    assert "Data as of 31 December 2025" in text
    assert text.count("The bank keeps its customers: six in ten are stable") == 2
    assert 'href="lifecycle/bank/report.en.html"' in html
    assert 'href="lifecycle/region-north/report.en.html"' in html
    assert text.count("Better: +1.1 percentage points") == 2
    assert "What is missing" not in text


def test_both_languages_lead_to_each_other(rendered):
    write_status(rendered, entry())
    write_index(rendered)
    assert 'href="index.zh.html"' in read_index(rendered)[0]
    html, text = read_index(rendered, "index.zh.html")
    assert 'href="index.html"' in html
    assert '<html lang="zh-Hans">' in html
    assert 'href="lifecycle/bank/report.zh.html"' in html
    assert "客户基础稳固" in text


def test_the_runs_first_language_has_the_plain_address(rendered):
    write_status(rendered, entry(), languages=["zh", "en"])
    write_index(rendered)
    assert '<html lang="zh-Hans">' in read_index(rendered)[0]
    assert '<html lang="en">' in read_index(rendered, "index.en.html")[0]
    assert not (rendered / "index.zh.html").exists()


def test_an_index_of_a_language_no_longer_asked_for_is_removed(rendered):
    write_status(rendered, entry())
    write_index(rendered)
    write_status(rendered, entry(), languages=["en"])
    write_index(rendered)
    assert sorted(path.name for path in rendered.glob("index*")) == ["index.html"]
    assert "index.zh.html" not in read_index(rendered)[0]


def test_what_is_missing_stands_first_with_its_reason(rendered):
    write_status(
        rendered,
        entry(),
        entry("region:South", "failed", reason="the kernel died.\nUse fewer --jobs."),
        entry("region:West", "skipped"),
    )
    write_index(rendered)
    _, text = read_index(rendered)
    assert "Published 1 of 3 reports" in text
    assert "South Failed to run the kernel died. Use fewer --jobs." in text
    assert "West Left out No reason was recorded." in text
    assert text.index("What is missing, and why") < text.index("The bank keeps its customers")


def test_an_earlier_page_that_was_kept_is_marked(rendered):
    write_status(rendered, entry("region:North", "failed", reason="It failed."))
    write_index(rendered)
    html, text = read_index(rendered)
    assert "Published 0 of 1 reports" in text
    assert "an earlier version, with data as of 31 December 2025" in text
    assert text.count("Earlier version kept") == 2
    assert 'href="lifecycle/region-north/report.en.html"' in html


def test_a_report_said_to_be_published_without_a_page_counts_as_failed(rendered):
    write_status(rendered, entry("branch:B7"))
    write_index(rendered)
    html, text = read_index(rendered)
    assert "B7 Failed to run" in text
    assert "branch-b7" not in html


def test_results_of_another_version_are_no_page(make, tmp_path):
    (tmp_path / "lifecycle/bank").mkdir(parents=True)
    (tmp_path / "lifecycle/bank/results.json").write_text('{"report": 1}', encoding="utf-8")
    write_status(tmp_path, entry())
    write_index(tmp_path)
    assert "lifecycle · Whole bank Failed to run" in read_index(tmp_path)[1]


def test_an_earlier_page_in_another_language_is_still_linked(make, tmp_path):
    cells = make.lifecycle_cells()
    cells[2] = make.code("x", make.header(languages=("zh",)))
    render_report(make.folder(tmp_path / "lifecycle/bank", make.notebook(*cells)))
    write_status(tmp_path, entry(status="failed", reason="It failed."), languages=["en"])
    write_index(tmp_path)
    assert 'href="lifecycle/bank/report.zh.html"' in read_index(tmp_path)[0]


def test_hostile_words_stay_words(tmp_path):
    attack = '"><script>alert(1)</script>\u202e'
    write_status(
        tmp_path,
        entry(f"branch:{attack}", "failed", folder="lifecycle/b", reason=attack),
        title={"en": attack, "zh": attack},
        period=attack,
    )
    write_index(tmp_path)
    html, _ = read_index(tmp_path)
    assert html.count("<script>") == 1
    assert "\u202e" not in html


def test_the_same_run_gives_the_same_bytes(rendered):
    write_status(rendered, entry(), entry("region:North"))
    write_index(rendered)
    first = [(rendered / name).read_bytes() for name in ("index.html", "index.zh.html")]
    write_index(rendered)
    assert [(rendered / name).read_bytes() for name in ("index.html", "index.zh.html")] == first


@pytest.mark.parametrize(
    "change",
    [
        {"folder": "../../etc"},
        {"folder": "javascript:alert(1)"},
        {"folder": "//example.org"},
        {"report": '"><script>'},
        {"status": "perhaps"},
    ],
)
def test_a_status_that_leads_elsewhere_is_refused(tmp_path, change):
    write_status(tmp_path, {**entry(), **change})
    with pytest.raises(ReportError, match=r"status\.json"):
        write_index(tmp_path)


@pytest.mark.parametrize("text", [None, "", "{}", "[1]"])
def test_without_a_status_there_is_no_index(tmp_path, text):
    if text is not None:
        (tmp_path / "status.json").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"status\.json"):
        write_index(tmp_path)


def test_a_run_without_reports_is_a_page(tmp_path):
    write_status(tmp_path)
    write_index(tmp_path)
    assert "Published 0 of 0 reports" in read_index(tmp_path)[1]

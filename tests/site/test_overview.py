"""The pages over all runs: what they list, in which order, and what they can find."""

import json
import re

import pytest

from analysis.proof.log import log_of
from analysis.site.overview import search_data, write_overview
from analysis.site.shelf import list_chains, read_shelf


@pytest.fixture(scope="module")
def reports(make, tmp_path_factory):
    folder = make.shelf(tmp_path_factory.mktemp("shelf"))
    (folder / "broken").mkdir()
    (folder / "broken" / "status.json").write_text("{")
    write_overview(folder)
    return folder


@pytest.fixture(scope="module")
def shelf(reports):
    return read_shelf(reports)


def page(reports, name):
    return (reports / name).read_text(encoding="utf-8")


def test_the_latest_period_comes_first_and_what_is_no_run_is_passed_over(shelf):
    assert [run.period for run in shelf] == ["2020-Q3", "2020-Q2", "2020-Q1"]


def test_runs_that_follow_each_other_make_a_chain(shelf):
    (chain,) = list_chains(shelf)
    assert [run.period for run in chain] == ["2020-Q1", "2020-Q2", "2020-Q3"]


def test_runs_that_follow_nothing_stand_alone(shelf):
    latest, _, first = shelf
    assert list_chains((latest, first)) == ((latest,), (first,))


def test_every_report_is_linked_from_the_index(reports):
    index = page(reports, "index.en.html")
    links = re.findall(r'href="(q\d/[^"]+/report\.en\.html)"', index)
    assert len(links) == 3 * 4 * 3 - 1
    assert all((reports / link).is_file() for link in links)
    assert page(reports, "index.html") == index
    assert '<a href="q2/index.html">2020-Q3</a>' in index


def test_links_lead_to_pages_of_the_same_language(reports):
    index = page(reports, "index.zh.html")
    assert "/report.zh.html" in index
    assert "/report.en.html" not in index.partition('id="finder-data"')[0]
    assert 'href="trends.zh.html"' in index
    assert 'href="index.en.html"' in index


def test_what_failed_is_on_a_page_of_its_own_with_its_reason(reports):
    failures = page(reports, "failures.en.html")
    assert "The kernel died." in failures
    assert failures.count('<p class="reason"') == 1
    assert "Customer life cycle · R2" in failures


def test_a_failed_report_of_which_an_earlier_page_is_there_is_kept(make, tmp_path):
    folder = make.shelf(tmp_path, periods=1, scopes=1, kinds=1, broken=None)
    path = folder / "q0" / "status.json"
    status = json.loads(path.read_text())
    status["reports"][0].update(status="failed", reason="It ran out of memory.")
    path.write_text(json.dumps(status))
    ((report,),) = [run.reports for run in read_shelf(folder)]
    assert (report.status, report.reason) == ("kept", "It ran out of memory.")


def test_metrics_by_scopes_stand_on_one_scale_a_row(reports):
    trends = page(reports, "trends.en.html")
    heads = re.search(r"<thead><tr>(.*?)</tr>", trends, re.DOTALL)[1]
    assert re.findall(r'<th scope="col">([^<]+)', heads)[1:] == ["Whole bank", "R1", "R2", "R3"]
    row = re.search(r'<tr><th scope="row">Key share 0</th>(.*?)</tr>', trends, re.DOTALL)[1]
    ends = [float(re.findall(r'cy="([\d.]+)"', svg)[-1]) for svg in row.split("</svg>")[:-1]]
    assert ends == sorted(ends)  # each scope lies lower than the one before, on the same scale
    assert len(set(ends)) == 4


def test_every_value_of_every_period_is_there_as_text(reports):
    trends = page(reports, "trends.en.html")
    table = trends[trends.index('id="chain-1-report-0-metric-0-caption"') :]
    cells = re.findall(r'<td class="number">([^<]+)', table)[:12]
    assert cells[:4] == ["60.0%", "58.0%", "56.0%", "54.0%"]
    assert cells[6] == "–"  # it failed in that period


def test_a_text_that_several_reports_share_is_kept_once(shelf):
    data = search_data(shelf, "en")
    assert len(data["texts"]) == len(set(data["texts"]))
    assert len(data["reports"]) == 36
    (failed,) = [each for each in data["reports"] if each["status"] == "failed"]
    assert (failed["page"], failed["said"]) == ("", [])
    kinds = {data["kinds"][kind] for each in data["reports"] for kind, _, _ in each["said"]}
    assert kinds == {"Verdict", "Finding", "Key figure", "Definition", "A table"}


def test_the_state_of_review_is_in_the_matrix_and_in_the_search(make, tmp_path):
    folder = make.shelf(tmp_path, periods=1, scopes=2, kinds=1, broken=None)
    write_overview(folder)
    before = page(folder, "index.en.html")
    assert before.count('class="badge badge-review-none"') == 2
    report = folder / "q0" / "report-0" / "bank"
    log_of(report).write_text("{}\n", encoding="utf-8")  # no log of ours: it counts as damaged
    write_overview(folder)
    text = page(folder, "index.en.html")
    assert text.count('class="badge badge-review-broken"') == 1
    assert '<select id="finder-review" data-key="review">' in text
    assert '<option value="broken">' in text
    bank, other = search_data(read_shelf(folder), "zh")["reports"]
    assert (bank["review"], other["review"]) == ("broken", "none")
    assert bank["how"].startswith("已发布 · ")


def test_no_text_can_end_the_block_of_data(make, tmp_path):
    folder = make.shelf(tmp_path, periods=1, scopes=1, kinds=1, broken=None)
    path = next(folder.rglob("results.json"))
    results = json.loads(path.read_text(encoding="utf-8"))
    results["findings"][0]["statement"] = {"en": "</script><b>", "zh": "x"}
    path.write_text(json.dumps(results), encoding="utf-8")
    write_overview(folder)
    text = page(folder, "index.en.html")
    block = text.partition('id="finder-data">')[2].partition("</script>")[0]
    assert "</script><b>" in json.loads(block)["texts"]


def test_the_same_runs_give_the_same_bytes(make, reports):
    names = ("index.en.html", "index.zh.html", "trends.zh.html", "failures.en.html")
    before = [page(reports, name) for name in names]
    write_overview(reports)
    assert [page(reports, name) for name in names] == before


def test_without_a_run_there_is_no_page(tmp_path):
    write_overview(tmp_path)
    assert list(tmp_path.iterdir()) == []

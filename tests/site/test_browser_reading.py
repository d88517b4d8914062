"""What a reader does with the pages: finds, sorts, filters, copies, prints; with any sense."""

import io
import json
from itertools import pairwise

import pytest

from analysis.publish.payload import (
    PublishedCell,
    PublishedColumn,
    PublishedLineage,
    PublishedQuery,
)
from analysis.site.index import write_index
from analysis.site.overview import write_overview
from analysis.site.render import render_report

from .browsing import opened, overflow

pytestmark = pytest.mark.browser

OVERVIEW = [
    f"{name}.{lang}.html" for name in ("index", "trends", "failures") for lang in ("en", "zh")
]
OF_A_RUN = [
    f"{name}.{lang}" for name in ("run", "report", "lineage", "comparison") for lang in ("en", "zh")
]
EVERY = [*OVERVIEW, *OF_A_RUN]
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
}


NUMBERS = [(position * 37) % 101 for position in range(40)]
WITHHELD = 5


def long_table(make, name="branches"):
    both, same = make.both, make.same
    body = [
        (
            PublishedCell(value=f"Branch {n:02}", text=both(f"Branch {n:02}", f"网点 {n:02}")),
            PublishedCell(value=value / 100, text=same(f"{value / 100:.1%}")),
        )
        for n, value in enumerate(NUMBERS)
    ]
    body[WITHHELD] = (
        body[WITHHELD][0],
        PublishedCell(value=None, text=both("withheld", "不予公布"), suppressed=True),
    )
    total = (PublishedCell(value="All", text=both("All branches", "全部网点")),
             PublishedCell(value=0.5, text=same("50.0%")))  # fmt: skip
    return make.table(
        name,
        columns=(
            PublishedColumn(name="branch", title=both("Branch", "网点"), numeric=False),
            PublishedColumn(name="share", title=both("Share", "占比"), numeric=True),
        ),
        rows=(*body, total),
        total_rows=(len(NUMBERS),),
    )


@pytest.fixture(scope="module")
def site(make, tmp_path_factory):
    """Three runs that follow each other; the last holds a whole report with a long table."""
    reports = make.shelf(tmp_path_factory.mktemp("reading"), kinds=2)
    folder = reports / "q2" / "report-0" / "bank"
    cells = make.lifecycle_cells()
    cells.append(make.code("show()", long_table(make)))
    query = PublishedQuery(
        cell=1, functions=(), sql="SELECT 1", tables=("transactions",), gives="", rows=20
    )
    lineage = PublishedLineage(name="lineage", queries=(query,), derived={}, functions={})
    cells.append(make.code("ask()", lineage))
    make.folder(folder, make.notebook(*cells))
    earlier = {"value": 0.6, "low": 0.59, "high": 0.61, "text": make.same("60.0%")}
    history = [{"period": "2025-Q3", "metrics": {"stable": earlier}}]
    (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    render_report(folder)
    write_index(reports / "q2")
    write_overview(reports)
    pages = {name: reports / name for name in OVERVIEW}
    for language, index in (("en", "index.html"), ("zh", "index.zh.html")):
        pages[f"run.{language}"] = reports / "q2" / index
        pages[f"report.{language}"] = folder / f"report.{language}.html"
        pages[f"lineage.{language}"] = folder / f"lineage.{language}.html"
        pages[f"comparison.{language}"] = reports / "q2" / f"comparison.{language}.html"
    return pages


def rows(page, key="table-branches"):
    return page.locator(f"#{key} tbody tr:visible").all_inner_texts()


@pytest.mark.parametrize("name", EVERY)
def test_axe_finds_nothing_in_either_theme_and_the_page_asks_for_nothing(browser, site, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with opened(browser, site[name], color_scheme="light") as (page, said, asked):
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = axe.run(page, options=AXE).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
        assert [url for url in asked if not url.startswith("data:")] == [site[name].as_uri()]
        assert page.evaluate("violations") == []
        assert said == []


@pytest.mark.parametrize("name", EVERY)
def test_at_400_percent_nothing_runs_out_of_the_page(browser, site, name):
    viewport = {"width": 320, "height": 256}  # 1280 by 1024 at 400 %
    with opened(browser, site[name], viewport=viewport) as (page, *_):
        assert overflow(page) <= 0


@pytest.mark.parametrize("name", OVERVIEW)
def test_the_overview_is_complete_without_scripts(browser, site, name):
    with opened(browser, site[name], java_script_enabled=False) as (page, *_):
        assert page.get_by_role("heading", level=1).is_visible()
        assert not page.locator("#finder").is_visible()
        if name.startswith("index"):
            assert page.locator("table.shelf a").count() == 3 * 4 * 2 - 1
        if name.startswith("trends"):
            assert page.locator("table.multiples svg").count() == 2 * 5 * 4


def test_a_table_is_sorted_by_a_column_and_back(browser, site):
    with opened(browser, site["report.en"]) as (page, *_):
        before = rows(page)
        head = page.locator("#table-branches thead th").nth(1)
        page.get_by_role("button", name="Share", exact=True).last.click()
        assert head.get_attribute("aria-sort") == "descending"
        shown = [row.split("\t")[1] for row in rows(page)]
        known = [n for position, n in enumerate(NUMBERS) if position != WITHHELD]
        assert shown[:-2] == [f"{n / 100:.1%}" for n in sorted(known, reverse=True)]
        assert shown[-2:] == ["withheld", "50.0%"]  # what is not known, then the total
        head.get_by_role("button").press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        assert rows(page)[0].endswith("0.0%")
        assert rows(page)[-1].startswith("All branches")
        head.get_by_role("button").press("Enter")
        assert head.get_attribute("aria-sort") is None
        assert rows(page) == before


def test_a_long_table_is_filtered_and_says_how_many_rows_are_left(browser, site):
    with opened(browser, site["report.zh"]) as (page, *_):
        field = page.get_by_role("searchbox", name="筛选行")
        assert field.count() == 1  # the short tables need none
        field.fill("网点 1")
        assert len(rows(page)) == 10
        assert page.get_by_text("共41行，显示10行。").is_visible()
        field.fill("")
        assert len(rows(page)) == 41


def test_values_are_read_off_a_figure_by_pointer_and_by_keyboard(browser, site):
    with opened(browser, site["report.en"]) as (page, *_):
        figure = page.locator("#figure-stages")
        told, slider = figure.locator("output"), figure.get_by_label("Read values off Figure 1")
        figure.locator("summary").click()
        figure.get_by_role("button", name="Share", exact=True).click()  # the table is sorted anew
        figure.locator(".drawing").scroll_into_view_if_needed()
        box = figure.locator(".drawing svg").bounding_box()
        scale = box["width"] / float(
            figure.locator(".drawing svg").get_attribute("viewBox").split()[2]
        )
        page.mouse.move(box["x"] + 203 * scale, box["y"] + 77 * scale)
        assert told.inner_text() == "Share: 61.1% Stage: Stable"
        assert figure.locator(".mark").get_attribute("cx") == "200"
        page.mouse.move(box["x"] + 255 * scale, box["y"] + 170 * scale)  # near to nothing
        assert told.inner_text() == "Share: 61.1% Stage: Stable"
        slider.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") == "Stage: Declining. Share: 14.8%"
        slider.press("End")
        assert told.inner_text() == "Share: 11.7% Stage: Lost"
        page.emulate_media(media="print")
        assert not told.is_visible()
        assert not figure.locator(".mark").is_visible()


def test_a_finger_reads_values_off_a_figure_in_chinese(browser, site):
    viewport = {"width": 320, "height": 640}
    with opened(browser, site["report.zh"], viewport=viewport, has_touch=True) as (page, *_):
        figure = page.locator("#figure-stages")
        figure.locator(".drawing svg").tap(position={"x": 90, "y": 75})
        assert figure.locator("output").inner_text() == "占比：12.4% 阶段：新客户"
        figure.get_by_label("读取图1的数值").press("End")
        right = figure.locator(".mark").bounding_box()["x"]
        assert 0 < right < viewport["width"]  # the picture has moved along
        assert overflow(page) <= 0


def test_links_to_sections_figures_tables_and_numbers_are_copied(browser, site):
    with opened(browser, site["report.en"], permissions=["clipboard-read", "clipboard-write"]) as (
        page,
        *_,
    ):
        for name, anchor in (
            ("1 At which stage", "section-1"),
            ("Figure 1", "figure-stages"),
            ("Table 1", "table-stages"),
            ("Stable customers", "metric-stable"),
        ):
            page.get_by_role("button", name=f"Copy the link to {name}").first.click()
            copied = page.evaluate("navigator.clipboard.readText()")
            assert copied == f"{site['report.en'].as_uri()}#{anchor}"
        assert page.get_by_text("The link was copied.").count() == 1


def test_search_finds_findings_tables_and_definitions_while_typing(browser, site):
    with opened(browser, site["index.en.html"]) as (page, *_):
        field = page.get_by_role("searchbox")
        field.press_sequentially("two products decline", delay=5)
        assert page.get_by_text("No report has these words.").is_visible()
        field.fill("single product")
        results = page.locator("#finder-results > li")
        assert results.count() == 1
        assert page.get_by_text("Found: 1 of 24 reports.").is_visible()
        assert not page.locator(".run-section").first.is_visible()
        results.locator("ul a").first.click()
        assert page.url == f"{site['report.en'].as_uri()}#finding-decline"


def test_the_index_is_narrowed_by_period_scope_report_and_status(browser, site):
    with opened(browser, site["index.en.html"]) as (page, *_):
        page.get_by_label("Status").select_option("failed")
        results = page.locator("#finder-results > li")
        assert results.all_inner_texts() == ["Customer life cycleR2 · 2020-Q2 · Failed to run"]
        page.get_by_label("Status").select_option("")
        page.get_by_label("Period").select_option("2020-Q3")
        page.get_by_label("Scope").select_option("bank")
        assert results.count() == 2
        page.get_by_label("Assessment report").select_option("report-1")
        assert results.count() == 1
        page.get_by_role("searchbox").fill("competitor q3")
        assert results.count() == 1


def test_the_way_from_all_runs_to_a_number_and_back(browser, site):
    with opened(browser, site["trends.en.html"]) as (page, *_):
        page.get_by_role("link", name="All reports").click()
        page.get_by_role("link", name="2020-Q3", exact=True).click()
        assert page.url == site["run.en"].as_uri()
        page.get_by_role("link", name="All assessments").click()
        assert page.url == site["index.en.html"].as_uri()
        page.get_by_role("link", name="中文").click()
        assert page.get_by_role("heading", level=1).inner_text() == "全部评估"


def test_the_order_for_those_who_listen_is_the_order_on_the_page(browser, site):
    with opened(browser, site["report.en"]) as (page, *_):
        levels = page.evaluate(
            "[...document.querySelectorAll('h1, h2, h3')].map((h) => Number(h.tagName[1]))"
        )
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        order = page.evaluate(
            "['h1', '#verdict', '#findings', '#metrics', '#changes', '.toc', '#section-1',"
            " '#certainty', '#methods', '#data', '#downloads', '#provenance'].map((s) =>"
            " [...document.querySelectorAll('*')].indexOf(document.querySelector(s)))"
        )
        assert order == sorted(order)


@pytest.fixture(scope="module")
def printed(browser, site):
    pypdf = pytest.importorskip("pypdf")
    with opened(browser, site["report.en"]) as (page, *_):
        page.locator("#table-branches thead .sort").first.click()
        page.get_by_role("searchbox").fill("Branch 07")  # paper shows every row all the same
        content = page.pdf(prefer_css_page_size=True)
    return [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(content)).pages]


def test_paper_has_every_row_of_every_table(printed):
    text = "\n".join(printed)
    assert all(f"Branch {number:02}" in text for number in range(40))
    assert "All branches" in text


def test_a_table_that_goes_on_has_its_head_on_each_sheet(printed):
    for text in printed:
        if "Branch 1" in text or "Branch 3" in text:
            assert "Share" in text


def test_a_figure_is_on_one_sheet_with_its_caption(printed):
    (sheet,) = [
        text for text in printed if "Six in ten customers are stable; one in eight" in text
    ][:1]
    assert "Percent of customers" in sheet
    for label in ("New", "Stable", "Declining", "Lost"):
        assert label in sheet


def test_paper_shows_nothing_to_click(printed):
    text = "\n".join(printed)
    for word in ("Dark page", "Download as CSV", "Filter the rows", "Copy the link", "Contents\n"):
        assert word not in text


def test_search_answers_among_five_hundred_reports(browser, make, tmp_path):
    write_overview(make.shelf(tmp_path, periods=12, scopes=6, kinds=7))
    assert (tmp_path / "index.en.html").stat().st_size < 1_500_000
    with opened(browser, tmp_path / "index.en.html") as (page, *_):
        page.evaluate("performance.clearMeasures()")
        field = page.get_by_role("searchbox")
        field.press_sequentially("share 3 R2 2021-Q1")
        assert page.get_by_text("of 504 reports.").is_visible()
        assert page.locator("#finder-results > li").count() == 7

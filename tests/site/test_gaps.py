"""The page of a report of which a section failed."""

import json

import pytest

from analysis.publish.payload import PublishedGap
from analysis.site.render import render_report


@pytest.fixture(scope="module")
def folder(make, tmp_path_factory):
    section = make.both("Who leaves?", "谁在流失？")
    broken = PublishedGap(
        name="cell-7", section=section, error="ValueError", detail="<b>too few</b>", follows=""
    )
    needs = PublishedGap(
        name="cell-8", section=section, error="NameError", detail="", follows="cell-7"
    )
    cells = [
        make.code("open()", make.header()),
        make.markdown("## Who leaves?", "en"),
        make.markdown("## 谁在流失？", "zh"),
        make.code("a = f()", broken),
        make.code("show(a)", make.finding(), needs, make.verdict()),
    ]
    notebook = make.notebook(*cells, make.code("close()", declared(make, cells)), end=False)
    folder = make.folder(tmp_path_factory.mktemp("gaps") / "report", notebook)
    render_report(folder)
    return folder


def declared(make, cells):
    end = make.end(cells)
    published = tuple(name for name in end.published if not name.startswith("gap:"))
    return end.model_copy(update={"published": published})


def test_a_banner_says_what_is_missing_and_leads_there(folder):
    page = (folder / "report.en.html").read_text(encoding="utf-8")
    assert "Parts that could not be made: 2. It cannot be approved." in page
    assert page.index('id="gaps"') < page.index('id="verdict"')
    assert '<a href="#gap-cell-7">Who leaves?</a>' in page
    assert 'id="gap-cell-7"' in page


def test_the_place_says_why_without_markup_of_its_own(folder):
    page = (folder / "report.en.html").read_text(encoding="utf-8")
    assert "the computation stopped with ValueError." in page
    assert "&lt;b&gt;too few&lt;/b&gt;" in page
    assert "It needs a result that could not be made, in: Who leaves?" in page


def test_it_is_said_in_chinese_too(folder):
    page = (folder / "report.zh.html").read_text(encoding="utf-8")
    assert "本报告不完整，有2处内容未能生成" in page
    assert '<p class="reason" lang="en">' in page


def test_the_results_say_so_to_other_programs(folder):
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert results["partial"] is True
    assert [gap["name"] for gap in results["gaps"]] == ["cell-7", "cell-8"]

"""A mandatory check that failed is said before the verdict, and in the index."""

import json

import pytest

from analysis.site.index import write_index
from analysis.site.render import render_report

ENTRY = {"report": "lifecycle", "scope": "bank", "status": "published", "folder": "lifecycle/bank"}
STATUS = {
    "run": "sample",
    "title": {"en": "Sample bank", "zh": "示例银行"},
    "period": "2025-Q4",
    "as_of": "2025-12-31",
    "languages": ["en", "zh"],
    "reports": [ENTRY],
}


def render(make, run, status):
    """A report whose control total has come out as told, and its index."""
    total = make.check(
        "control-books",
        status,
        label=make.both("Control total books", "控制总数 books"),
        detail=make.both("The source is 70.4% away.", "数据源相差 70.4%。"),
        mandatory=True,
    )
    cells = [
        make.code("open()", make.header()),
        make.markdown("## Who leaves?", "en"),
        make.markdown("## 谁在流失？", "zh"),
        make.code("show()", make.finding(), total, make.verdict()),
    ]
    render_report(make.folder(run / "lifecycle/bank", make.notebook(*cells)))
    (run / "status.json").write_text(json.dumps(STATUS), encoding="utf-8")
    write_index(run)
    names = ("lifecycle/bank/report.en.html", "lifecycle/bank/report.zh.html", "index.html")
    return [(run / name).read_text(encoding="utf-8") for name in names]


@pytest.fixture(scope="module")
def broken(make, tmp_path_factory):
    return render(make, tmp_path_factory.mktemp("broken"), "failed")


def test_it_stands_before_the_verdict_and_leads_to_the_check(broken):
    page = broken[0]
    assert "Mandatory checks that failed: 1." in page
    assert "this report cannot be approved" in page
    assert page.index('id="barred"') < page.index('id="verdict"')
    assert '<a href="#check-control-books">Control total books</a> – The source is 70.4%' in page
    assert 'id="check-control-books"' in page


def test_it_is_said_in_chinese_too(broken):
    assert "必须通过而未通过的检验：1项" in broken[1]
    assert "控制总数 books" in broken[1]


def test_the_index_says_so_beside_the_status(broken):
    assert "Check failed" in broken[2]


def test_where_all_passed_nothing_is_said(make, tmp_path):
    for page in render(make, tmp_path, "passed"):
        assert 'id="barred"' not in page
        assert "heck failed" not in page

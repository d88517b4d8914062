import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import ReportError
from analysis.publish.payload import PublishedCell, PublishedColumn
from analysis.site.downloads import list_tables, neutralise, write_csv, write_results
from analysis.site.record import collect_record


def rows(text):
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def record(make, *payloads):
    return collect_record(make.notebook(make.code("x", make.header(), *payloads)), where="n")


def test_a_table_is_written_in_the_readers_language(make):
    assert rows(write_csv(make.table(), "zh"))[:2] == [
        ["阶段", "客户数", "占比", "变动（百分点）"],
        ["新客户", "1240", "0.124", "-0.004"],
    ]
    assert rows(write_csv(make.table(), "en"))[-1] == ["All customers", "10000", "1.0", "withheld"]


def test_chinese_is_readable_for_a_spreadsheet(make):
    assert write_csv(make.table(), "zh").encode().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =cmd|' /C calc'!A0",
        "＝1+1",
        "-",
        "+abc",
        "-5.2%",
    ],
)
def test_a_cell_that_could_be_a_formula_is_text(text):
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+5.25", "-1e-05", "1,240", "North", "", "a=b", "–", "−50"])
def test_numbers_stay_numbers_and_words_stay_words(text):
    assert neutralise(text) == text


@given(st.text())
def test_no_text_starts_a_formula(text):
    cell = neutralise(text)
    try:
        float(cell)
    except ValueError:
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_hostile_titles_and_cells_are_neutralised_and_negative_numbers_are_not(make):
    table = make.table(
        columns=(
            PublishedColumn(name="a", title=make.same("=HYPERLINK()"), numeric=False),
            PublishedColumn(name="b", title=make.same("b"), numeric=True),
        ),
        rows=(
            (
                PublishedCell(value="@x", text=make.same("@x\u202ey")),
                PublishedCell(value=-0.5, text=make.same("-50.0%")),
            ),
            (
                PublishedCell(value='a"b\n,c', text=make.same('a"b\n,c')),
                PublishedCell(value=None, text=make.same("–")),
            ),
        ),
        total_rows=(),
    )
    assert rows(write_csv(table, "en")) == [
        ["'=HYPERLINK()", "b"],
        ["'@x\ufffdy", "-0.5"],
        ['a"b\n,c', ""],
    ]


def test_an_interval_has_columns_of_its_own(make):
    estimate = PublishedCell(value=0.4, low=-0.1, high=0.5, text=make.same("40% (-10% to 50%)"))
    bare = PublishedCell(value=0.2, text=make.same("20%"))
    columns = (
        PublishedColumn(name="r", title=make.both("Rate", "比率"), numeric=True),
        PublishedColumn(name="s", title=make.both("Share", "占比"), numeric=True),
    )
    table = make.table(columns=columns, rows=((estimate, bare), (bare, bare)), total_rows=())
    assert rows(write_csv(table, "en")) == [
        ["Rate", "Rate, lower bound", "Rate, upper bound", "Share"],
        ["0.4", "-0.1", "0.5", "0.2"],
        ["0.2", "", "", "0.2"],
    ]
    assert rows(write_csv(table, "zh"))[0][1] == "比率（下限）"


def test_a_figures_table_has_a_file_of_its_own(make):
    svg = make.same(make.svg)
    found = list_tables(record(make, make.table("stages"), make.figure("stages", svg=svg)))
    assert [name for name, _ in found] == ["stages", "figure-stages"]


def test_two_tables_never_share_a_file(make):
    svg = make.same(make.svg)
    both = record(make, make.table("Figure-stages"), make.figure("stages", svg=svg))
    with pytest.raises(ReportError, match="figure-stages"):
        list_tables(both)


def test_results_hold_every_payload_but_no_drawing(make):
    text = write_results(collect_record(make.lifecycle(), where="n"))
    results = json.loads(text)
    assert results["report"]["as_of"] == "2025-12-31"
    assert results["stray_outputs"] == 3
    assert results["figures"][0]["table"]["rows"][0][1]["value"] == 1240
    assert {key: len(results[key]) for key in ("findings", "metrics", "checks", "inputs")} == {
        "findings": 3,
        "metrics": 4,
        "checks": 3,
        "inputs": 2,
    }
    assert "<svg" not in text
    assert list(results) == sorted(results)

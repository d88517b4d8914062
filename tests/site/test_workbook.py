"""The workbook of a report, opened with another library than the one that wrote it."""

import io

import openpyxl
import pytest

from analysis.publish.payload import PublishedCell
from analysis.site.record import collect_record
from analysis.site.workbook import list_sheets, number_format, write_workbook

NUMBERS = {"table:stages": 1, "figure:stages": 1, "figure:movement": 2, "table:attack": 2}


def record_of(make, *payloads):
    notebook = make.notebook(make.code("show()", make.header(), *payloads, make.verdict()))
    return collect_record(notebook, where="notebook.ipynb")


@pytest.fixture(scope="module")
def record(make):
    return collect_record(make.lifecycle(), where="notebook.ipynb")


@pytest.fixture(scope="module")
def book(record):
    return openpyxl.load_workbook(io.BytesIO(write_workbook(record, NUMBERS, "en")))


def test_a_sheet_for_each_table_after_the_contents(book):
    assert book.sheetnames == ["Contents", "T1 stages", "F1 stages", "F2 movement"]
    contents = book["Contents"]
    assert [contents.cell(row, 1).value for row in (7, 8, 9)] == book.sheetnames[1:]
    assert contents.cell(7, 1).hyperlink.location == "'T1 stages'!A1"
    assert contents.cell(7, 4).hyperlink.target == "report.en.html"
    assert contents.cell(7, 4).hyperlink.location == "table-stages"
    assert contents.freeze_panes == "A7"


def test_numbers_are_numbers_in_the_format_of_the_page(book):
    sheet = book["T1 stages"]
    assert [cell.value for cell in sheet[4]][:3] == ["Stage", "Customers", "Share"]
    assert (sheet["B5"].value, sheet["B5"].number_format) == (1240, "#,##0")
    assert (sheet["C5"].value, sheet["C5"].number_format) == (0.124, "0.0%")
    assert sheet["A5"].value == "New"
    assert sheet["D9"].value == "withheld"
    assert sheet.freeze_panes == "B5"


def test_each_sheet_says_its_unit_its_notes_and_where_it_stands_on_the_page(book):
    sheet = book["T1 stages"]
    assert sheet["A2"].hyperlink.target == "report.en.html"
    assert sheet["A2"].hyperlink.location == "table-stages"
    assert [sheet.cell(row, 1).value for row in (11, 12, 13)] == [
        "Counts are customers.",
        "Counts are rounded to 5.",
        "Cells withheld to protect persons: 1 of 15 (6.7%).",
    ]


def test_bounds_have_columns_of_their_own(make):
    table = make.table("attack")
    bounded = table.rows[0][2].model_copy(update={"low": 0.1, "high": 0.2})
    rows = ((*table.rows[0][:2], bounded, table.rows[0][3]), *table.rows[1:])
    record = record_of(make, table.model_copy(update={"rows": rows}))
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(record, NUMBERS, "en")))["T2 attack"]
    assert [cell.value for cell in sheet[4]][2:5] == [
        "Share",
        "Share, lower bound",
        "Share, upper bound",
    ]
    assert [cell.value for cell in sheet[5]][2:5] == [0.124, 0.1, 0.2]


def test_text_never_becomes_a_formula_or_a_link(make):
    table = make.table("attack")
    attacks = ('=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "http://x.example", "{=1}")
    rows = tuple(
        (PublishedCell(value=text, text=make.same(text)), *table.rows[0][1:]) for text in attacks
    )
    record = record_of(make, table.model_copy(update={"rows": rows, "total_rows": ()}))
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(record, NUMBERS, "en")))["T2 attack"]
    for row, text in enumerate(attacks, 5):
        cell = sheet.cell(row, 1)
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_the_same_record_gives_the_same_bytes(record):
    assert write_workbook(record, NUMBERS, "zh") == write_workbook(record, NUMBERS, "zh")


def test_chinese_sheets_speak_chinese(record):
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(record, NUMBERS, "zh")))
    assert book.sheetnames[0] == "目录"
    assert book["T1 stages"]["A5"].value == "新客户"


def test_names_of_sheets_fit(make):
    long = "a" * 40
    record = record_of(make, make.table(long))
    (sheet,) = list_sheets(record, {f"table:{long}": 12}, "en")
    assert sheet.name == f"T12 {'a' * 27}"


@pytest.mark.parametrize(
    ("value", "text", "code"),
    [
        (-0.007, "-0.7 percentage points", "General"),
        (0.611, "61.1%（60.0% 至 62.2%）", "0.0%"),
        (-50, "−50", "#,##0"),
        (1.25, "1.250 (1.1 to 1.4)", "#,##0.000"),
        (0.5, "half", "General"),
        ("North", "North 3", "General"),
    ],
)
def test_the_format_shows_what_the_page_shows(value, text, code):
    assert number_format(value, text) == code

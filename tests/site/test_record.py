import json

import nbformat
import pytest

from analysis.errors import ReportError
from analysis.site.record import collect_record, read_record

FIGURE = "application/vnd.bank-assessment.figure.v1+json"
TABLE = "application/vnd.bank-assessment.table.v1+json"


def read(notebook):
    return collect_record(notebook, where="notebook.ipynb")


def problems(notebook):
    with pytest.raises(ReportError) as caught:
        read(notebook)
    return "\n".join(str(problem) for problem in caught.value.problems)


def names(payloads):
    return [payload.name for payload in payloads]


def test_everything_published_is_there_in_the_notebooks_order(make, tmp_path):
    make.folder(tmp_path, make.lifecycle())
    record = read_record(tmp_path / "notebook.ipynb")
    assert record.header.title["zh"] == "客户生命周期"
    assert record.verdict.strength == "conclusive"
    assert names(record.findings) == ["stable", "decline", "offer"]
    assert names(record.metrics) == ["stable", "lost", "value", "winback"]
    assert names(record.tables) == ["stages"]
    assert names(record.figures) == ["stages", "movement"]
    assert names(record.checks) == ["fit", "stable-rate", "season"]
    assert names(record.methods) == ["bg-nbd"]
    assert names(record.inputs) == ["transactions", "customers"]
    assert [section.heading for section in record.sections["en"]] == [
        "At which stage are the customers?",
        "Who moves, and where to?",
    ]
    assert record.introductions["zh"] == "每位客户与银行的关系如何**发展**。"


def test_what_nothing_published_is_counted_and_nowhere_else(make):
    record = read(make.lifecycle())
    assert record.stray_outputs == 3
    assert "STRAY" not in repr(record)
    assert "preview for the analyst" not in repr(record)


def test_only_the_headers_languages_are_told(make):
    header = make.header(languages=("zh",))
    record = read(make.notebook(make.code("x", header)))
    assert list(record.sections) == ["zh"]


def test_a_report_may_have_no_verdict(make):
    assert read(make.notebook(make.code("x", make.header()))).verdict is None


def test_without_a_header_it_is_no_report(make):
    assert "no report header" in problems(make.notebook(make.code("x", make.finding())))


def test_two_headers_are_one_too_many(make):
    cell = make.code("x", make.header(), make.header(name="again"))
    assert "two report headers: found 2, need 1" in problems(make.notebook(cell))


def test_without_an_end_the_notebook_did_not_run_to_it(make):
    notebook = make.notebook(make.code("x", make.header()), end=False)
    assert "no report end" in problems(notebook)


def test_an_output_that_was_lost_is_named(make):
    cells = [make.code("x", make.header()), make.code("y", make.finding(), make.table())]
    end = make.code("end", make.end(cells))
    cells[1]["outputs"] = cells[1]["outputs"][1:]
    told = problems(make.notebook(*cells, end, end=False))
    assert "finding:stable was published but its output is lost" in told
    assert "table:stages" not in told


def test_an_output_that_the_end_does_not_know_is_named(make):
    cells = [make.code("x", make.header())]
    end = make.code("end", make.end(cells))
    told = problems(make.notebook(*cells, make.code("y", make.finding()), end, end=False))
    assert "finding:stable is in the notebook but not among what its end declares" in told


@pytest.mark.parametrize("name", ["../up", "a/b", "a b", "", "表", ".hidden", "x" * 65, 'a"b'])
def test_a_name_that_is_not_plain_is_refused(make, name):
    cell = make.code("x", make.header(), make.table(name=name))
    assert "is not plain" in problems(make.notebook(cell))


def test_names_are_unique_among_their_kind_whatever_their_case(make):
    same = make.code("x", make.header(), make.table("a"), make.table("A"))
    assert "the table 'a' is published 2 times" in problems(make.notebook(same))
    other_kind = make.code("x", make.header(), make.table("a"), make.finding("a"))
    assert read(make.notebook(other_kind)).tables[0].name == "a"


def test_two_verdicts_contradict_each_other(make):
    cell = make.code("x", make.header(), make.verdict(), make.verdict(name="second"))
    assert "a report has one verdict: found 2" in problems(make.notebook(cell))


def test_a_text_that_lacks_a_language_is_named_by_its_place(make):
    table = make.table(notes=({"en": "Rounded."},))
    told = problems(make.notebook(make.code("x", make.header(), table)))
    assert "table:stages: notes[0] has no zh text" in told


def test_all_problems_are_told_at_once(make):
    cell = make.code("x", make.header(), make.table("a b"), make.verdict(), make.verdict(name="v"))
    with pytest.raises(ReportError) as caught:
        read(make.notebook(cell))
    assert len(caught.value.problems) == 2


def test_an_output_of_another_shape_is_refused_without_its_values(make):
    broken = make.output(make.table())
    broken["data"][TABLE]["unit"] = "Ms Secret, 4402 1188"
    cell = nbformat.v4.new_code_cell("x", outputs=[broken])
    told = problems(make.notebook(make.code("x", make.header()), cell))
    assert "cannot be read by this version: found table.unit: enum" in told
    assert "Secret" not in told


def test_an_output_marked_as_something_else_is_refused(make):
    swapped = make.output(make.table())
    swapped["data"][FIGURE] = swapped["data"].pop(TABLE)
    cell = nbformat.v4.new_code_cell("x", outputs=[swapped])
    told = problems(make.notebook(make.code("x", make.header()), cell))
    assert "but holds a table" in told


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"nbformat": 3, "worksheets": []}'])
def test_a_file_that_is_no_notebook_is_refused(tmp_path, text):
    path = tmp_path / "notebook.ipynb"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"notebook\.ipynb"):
        read_record(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ReportError, match="FileNotFoundError"):
        read_record(tmp_path / "notebook.ipynb")


def test_reading_needs_no_nbformat(make, tmp_path):
    make.folder(tmp_path, make.lifecycle())
    plain = json.loads((tmp_path / "notebook.ipynb").read_text(encoding="utf-8"))
    assert read(plain) == read_record(tmp_path / "notebook.ipynb")

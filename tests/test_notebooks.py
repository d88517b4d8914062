"""The notebook contract: thin, bilingual, without outputs, its parameters those of the model."""

import ast
import importlib
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
FORBIDDEN = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.While,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
    ast.With,
    ast.Try,
    ast.If,
)
LONGEST_CELL = 12


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


@pytest.fixture
def report(request: pytest.FixtureRequest, notebook: nbformat.NotebookNode) -> Any:
    name = request.node.callspec.params["notebook"].stem
    return importlib.import_module(f"analysis.{name}.report").REPORT


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


def test_it_is_valid_and_holds_no_output(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    assert not [cell for cell in code(notebook) if cell.outputs or cell.execution_count]


def test_its_file_is_written_in_one_way() -> None:
    for path in NOTEBOOKS:
        text = path.read_text("utf-8")
        assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False) + "\n"


def test_one_title_a_language(notebook: nbformat.NotebookNode) -> None:
    for language in ("en", "zh"):
        prose = "\n".join(
            cell.source
            for cell in notebook.cells
            if cell.cell_type == "markdown" and language in tags(cell)
        )
        assert len(re.findall(r"(?m)^# ", prose)) == 1


def test_every_prose_cell_has_its_twin_in_the_other_language(
    notebook: nbformat.NotebookNode,
) -> None:
    languages = [tags(cell) for cell in notebook.cells if cell.cell_type == "markdown"]
    assert languages == [["en"], ["zh"]] * (len(languages) // 2)
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    for english, chinese in zip(prose[::2], prose[1::2], strict=True):
        assert re.match("#*", english).group() == re.match("#*", chinese).group()  # type: ignore[union-attr]
        assert re.search(r"[\u4e00-\u9fff]", chinese)
        assert not re.search(r"[\u4e00-\u9fff]", english)


def test_the_first_code_cell_holds_the_parameters_and_the_last_ends_the_report(
    notebook: nbformat.NotebookNode,
) -> None:
    cells = code(notebook)
    assert tags(cells[0]) == ["parameters"]
    assert tags(cells[-1]) == ["end"]
    assert cells[-1].source.endswith("report.close()")


def test_the_parameters_are_those_of_the_model_with_its_defaults(
    notebook: nbformat.NotebookNode, report: Any
) -> None:
    assigned = {}
    for node in ast.parse(code(notebook)[0].source).body:
        assert isinstance(node, ast.Assign)
        (target,) = node.targets
        assert isinstance(target, ast.Name)
        assigned[target.id] = ast.literal_eval(node.value)
    defaults = report.parameters().model_dump(mode="json")
    assert assigned == defaults
    assert {name: type(value) for name, value in assigned.items()} == {
        name: type(value) for name, value in defaults.items()
    }


def test_cells_are_short_and_define_loop_and_branch_nothing(
    notebook: nbformat.NotebookNode,
) -> None:
    for cell in code(notebook):
        if tags(cell) != ["parameters"]:
            assert len(cell.source.splitlines()) <= LONGEST_CELL, cell.source
        found = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, FORBIDDEN)]
        assert not found, cell.source


def test_no_magic_shell_or_path(notebook: nbformat.NotebookNode) -> None:
    for cell in code(notebook):
        assert not re.search(r"(?m)^\s*[%!]", cell.source)
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"[\\/]|\.(csv|parquet|xlsx|yaml)$", node.value), node.value


def test_every_question_is_answered_by_one_show(notebook: nbformat.NotebookNode) -> None:
    """Between two headings of a language there is at least one ``report.show``."""
    sections: list[list[str]] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "en" in tags(cell) and cell.source.startswith("## "):
            sections.append([])
        elif cell.cell_type == "code" and sections:
            sections[-1].append(cell.source)
    assert sections
    for section in sections:
        assert "report.show(" in "\n".join(section)

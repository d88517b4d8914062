"""English and Chinese are equals: every text that code says exists in both."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import analysis
from analysis.locale.catalog import chinese

PACKAGE = Path(analysis.__file__).parent


def patterns() -> dict[str, str]:
    """Every literal given to `message` or `translate`, and where."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"message", "translate"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                found.setdefault(str(node.args[0].value), where)
    return found


def fields(pattern: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}


def test_every_text_in_the_code_is_translated() -> None:
    missing = [f"{where}: {text!r}" for text, where in patterns().items() if text not in chinese()]
    assert not missing, "\n".join(missing)


def test_a_text_is_a_literal_so_that_it_can_be_found() -> None:
    dynamic = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "message"
        and not (node.args and isinstance(node.args[0], ast.Constant))
    ]
    assert not dynamic


def test_a_translation_holds_the_same_numbers() -> None:
    wrong = [text for text, zh in chinese().items() if fields(text) != fields(zh)]
    assert not wrong


def test_no_space_stands_between_chinese_and_figures_or_letters() -> None:
    """The page's style spaces them (``text-autospace``), all alike; a range keeps its own."""
    han, other = "[\u3400-\u81f2\u81f4-\u9fff\u3001-\u303f\uff01-\uff60]", "[0-9A-Za-z{}%]"
    spaced = re.compile(f"{han} {other}|{other} {han}")
    assert not [zh for zh in chinese().values() if spaced.search(zh)]


def test_no_translation_is_left_over() -> None:
    assert not sorted(set(chinese()) - set(patterns()))


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "locale" / "zh_CN").glob("*.po")), ids=lambda path: path.stem
)
def test_no_translation_is_empty_or_fuzzy(path: Path) -> None:
    with path.open("rb") as stream:
        entries = [entry for entry in read_po(stream) if entry.id]
    assert entries
    assert not [entry.id for entry in entries if entry.fuzzy or not entry.string]

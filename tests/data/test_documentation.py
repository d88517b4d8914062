"""The contract's documentation and blank templates are made from the contract."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.data.contract import contract
from analysis.data.documentation import document_contract, write_templates
from analysis.data.schema import Column, ColumnType, Identifies, Table
from analysis.errors import OutputError

ROOT = Path(__file__).resolve().parents[2]
RATES = Table(
    name="rates",
    title="Rates",
    title_zh="利率",
    meaning="One row per rate.",
    meaning_zh="每个利率一行。",
    key=("rate_id",),
    columns=(
        Column(name="rate_id", type=ColumnType.TEXT, meaning="Number.", meaning_zh="编号。"),
        Column(
            name="rate",
            type=ColumnType.DECIMAL,
            meaning="Paid | asked.",
            meaning_zh="已付或要求。",
            unit="fraction",
            required=False,
            nullable=True,
            minimum=0,
            maximum=1,
        ),
        Column(
            name="mobile",
            type=ColumnType.TEXT,
            meaning="Telephone.",
            meaning_zh="电话。",
            identifies=Identifies.DIRECTLY,
            allowed=("a", "b"),
        ),
    ),
)


def test_the_committed_document_is_the_generated_one():
    committed = (ROOT / "docs" / "data-contract.md").read_text(encoding="utf-8")
    assert committed == document_contract(), "run: python -m analysis.data.documentation"


def test_the_command_writes_the_document(tmp_path):
    target = tmp_path / "docs" / "contract.md"
    subprocess.run([sys.executable, "-m", "analysis.data.documentation", target], check=True)
    assert target.read_text(encoding="utf-8") == document_contract()


def test_every_promise_is_in_the_document():
    text = document_contract([RATES])
    assert "## rates\n\n**Rates 利率.** One row per rate. 每个利率一行。" in text
    assert "Key 主键: `rate_id`" in text
    assert (
        "| `rate` | number 数值 | fraction | no 否 | yes 是 | 0 to 1 | no 否 "
        "| Paid \\| asked. 已付或要求。 |"
    ) in text
    assert "| yes 是 | no 否 | `a`, `b` | directly 直接 | Telephone. 电话。 |" in text


def test_every_table_and_column_is_documented():
    text = document_contract()
    for table in contract().values():
        section = text.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == [
            column.name for column in table.columns
        ]


def test_templates_open_in_excel_and_fit_the_contract(tmp_path, open_source):
    written = write_templates(tmp_path / "blank")
    assert sorted(path.name for path in written) == sorted(
        [*(f"{name}.csv" for name in contract()), "README.md"]
    )
    content = (tmp_path / "blank" / "needs.csv").read_bytes()
    assert content == b"\xef\xbb\xbfcustomer_id,asked_on,product_family,wanted\r\n"
    source = open_source(folder=tmp_path / "blank")
    for name, table in contract().items():
        assert source.table(name).columns == tuple(column.name for column in table.columns)
    readme = (tmp_path / "blank" / "README.md").read_text(encoding="utf-8")
    assert "| `asked_on` | date 日期 |" in readme


def test_templates_write_over_nothing(tmp_path):
    (tmp_path / "rates.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError) as caught:
        write_templates(tmp_path, [RATES])
    assert len(caught.value.problems) == 2
    assert (tmp_path / "rates.csv").read_text(encoding="utf-8") == "mine"

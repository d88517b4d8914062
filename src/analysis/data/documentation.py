"""The contract for people: ``docs/data-contract.md`` and blank templates of the tables."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis.data.contract import contract
from analysis.data.schema import Column, ColumnType, Identifies, Table
from analysis.errors import OutputError, Problem

DOCUMENT = Path("docs/data-contract.md")
_HEAD = (
    "column 列",
    "type 类型",
    "unit 单位",
    "must be there 必有列",
    "may be missing 可缺值",
    "values 取值",
    "person 指向个人",
    "meaning 含义",
)
_TYPE_NAMES = {
    ColumnType.TEXT: "text 文本",
    ColumnType.INTEGER: "whole number 整数",
    ColumnType.DECIMAL: "number 数值",
    ColumnType.BOOLEAN: "true or false 是否",
    ColumnType.DATE: "date 日期",
}
_PERSON = {
    Identifies.NO: "no 否",
    Identifies.INDIRECTLY: "indirectly 间接",
    Identifies.DIRECTLY: "directly 直接",
}
_INTRODUCTION = """\
# Data contract 数据约定

<!-- Made by `python -m analysis.data.documentation` from the contract; do not edit. -->

The tables and columns that reports read. A report names the tables that it cannot do without
and those that add sections; no source needs them all.

- A source is a folder with one file for each table, `customers.parquet` or `customers.csv`
  (or a folder `customers/` of part files), or any database that Ibis connects to.
- Own names are mapped in the run file, under `source.tables`; nothing needs renaming.
- CSV is read as UTF-8 unless `read: {encoding: gb18030}` or another encoding is named.
- Dates are written 2025-12-31 unless `read: {date_format: "%Y%m%d"}` names another form.
- Amounts are in CNY, shares and rates are fractions between 0 and 1. Numbers have no thousands
  separators. An empty cell is a missing value.
- True or false is written `true` and `false`; `yes` and `no`, `1` and `0`, `是` and `否` are read
  too.
- *person* says whether a value points at a person. What does so directly is never published.

`assess check` counts the rows that break the contract. It stops the reports where none could be
right: a required column is missing or holds no value, a value is of another type, a key occurs
twice, a table is empty. Everything else (missing values, values that are not allowed or out of
bounds, references that lead nowhere, dates after the as-of date, ends before starts) is counted
and shown on the page.
"""
_TEMPLATE_INTRODUCTION = """\
# Blank tables 空白模板

One CSV file for each table of the data contract, with its column names and no row. Fill in those
that you have; delete the optional columns that you have not, and the other files. The files open
in Excel and are UTF-8: save them as "CSV UTF-8".

每张表一个 CSV 文件，仅含列名。填写已有的表；没有的可选列可删除，没有的表可删去文件。文件可用 Excel
打开，保存时请选择“CSV UTF-8”。
"""


def document_contract(tables: Iterable[Table] | None = None) -> str:
    """Write the data contract as Markdown.

    Parameters
    ----------
    tables : iterable of Table, optional
        By default all of the contract.

    Returns
    -------
    str
        English with the Chinese titles and meanings beside.

    Examples
    --------
    >>> document_contract().splitlines()[0]
    '# Data contract 数据约定'
    """
    chosen = sorted(contract().values() if tables is None else tables, key=lambda t: t.name)
    index = [f"- [{table.name}](#{table.name}): {table.title} {table.title_zh}" for table in chosen]
    sections = [_INTRODUCTION, "## Tables 表\n\n" + "\n".join(index) + "\n"]
    return "\n".join([*sections, *(_document_table(table, level=2) for table in chosen)])


def write_templates(folder: Path, tables: Iterable[Table] | None = None) -> tuple[Path, ...]:
    """Write a blank CSV file for each table, and a README that explains the columns.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    tables : iterable of Table, optional
        By default all of the contract.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    OutputError
        If one of the files is there already; nothing is written then.
    """
    chosen = sorted(contract().values() if tables is None else tables, key=lambda t: t.name)
    readme = folder / "README.md"
    targets = {folder / f"{table.name}.csv": table for table in chosen}
    existing = [path.name for path in (readme, *targets) if path.exists()]
    if existing:
        raise OutputError(
            Problem(
                what=f"{name!r} is there already and is not written over",
                next_step="Name an empty folder.",
                where=str(folder),
            )
            for name in existing
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path, table in targets.items():
        # the byte order mark tells Excel that the file is UTF-8
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerow([column.name for column in table.columns])
    parts = [_TEMPLATE_INTRODUCTION, *(_document_table(table, level=2) for table in chosen)]
    readme.write_text("\n".join(parts), encoding="utf-8", newline="\n")
    return (*targets, readme)


def _document_table(table: Table, *, level: int) -> str:
    key = ", ".join(f"`{name}`" for name in table.key) or "none 无"
    rows = [
        [
            f"`{column.name}`",
            _TYPE_NAMES[column.type],
            column.unit,
            "yes 是" if column.required else "no 否",
            "yes 是" if column.nullable else "no 否",
            _describe_values(column),
            _PERSON[column.identifies],
            f"{column.meaning} {column.meaning_zh}",
        ]
        for column in table.columns
    ]
    lines = [
        f"{'#' * level} {table.name}",
        "",
        f"**{table.title} {table.title_zh}.** {table.meaning} {table.meaning_zh}",
        "",
        f"Key 主键: {key}",
        "",
        _write_row(_HEAD),
        _write_row(["---"] * len(_HEAD)),
        *(_write_row(row) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _describe_values(column: Column) -> str:
    if column.references:
        return f"as in `{column.references}`"
    if column.allowed:
        return ", ".join(f"`{value}`" for value in column.allowed)
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"{low:.6g} to {high:.6g}"
    if low is not None:
        return f"at least {low:.6g}"
    return "" if high is None else f"at most {high:.6g}"


def _write_row(cells: Sequence[str]) -> str:
    escaped = (cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return "| " + " | ".join(escaped) + " |"


def main(arguments: Sequence[str]) -> None:
    """Write the document to the path given, by default `DOCUMENT` in the working directory."""
    target = Path(arguments[0]) if arguments else DOCUMENT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(document_contract(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])

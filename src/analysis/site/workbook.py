"""All tables of a report as one workbook: numbers stay numbers, text never becomes a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from analysis.publish.payload import PublishedCell, PublishedTable
from analysis.site.downloads import figure_table_name
from analysis.site.reader import Reader
from analysis.site.record import ReportRecord
from analysis.site.withheld import withheld_notes
from analysis.text import Language

_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook has no clock: the same bytes each time
_LONGEST_NAME = 31
_WIDEST = 44
_NUMBER = re.compile(r"[^\d]*?(?P<number>[-+−]?[\d,]+(?:\.(?P<decimals>\d+))?)\s*(?P<percent>%?)")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table of the workbook.

    Attributes
    ----------
    name : str
        Of the sheet: ``T2 movements``, ``F1 stages``.
    label : str
        As the page says it: ``Table 2``.
    anchor : str
        The place on the page.
    """

    name: str
    label: str
    anchor: str
    table: PublishedTable


def workbook_file(language: Language) -> str:
    """Give where the workbook lies beside the page.

    Examples
    --------
    >>> workbook_file("en")
    'tables.en.xlsx'
    """
    return f"tables.{language}.xlsx"


def list_sheets(
    record: ReportRecord, numbers: Mapping[str, int], language: Language
) -> tuple[Sheet, ...]:
    """List every table of a report, those of figures too, in the page's order.

    Parameters
    ----------
    record : ReportRecord
    numbers : mapping of str to int
        The number of each ``figure:NAME`` and ``table:NAME`` on the page.
    language : {"en", "zh"}
    """
    reader = Reader(language)
    sheets = [
        Sheet(
            name=f"T{numbers[f'table:{table.name}']} {table.name}"[:_LONGEST_NAME],
            label=reader.say("table", number=numbers[f"table:{table.name}"]),
            anchor=f"table-{table.name}",
            table=table,
        )
        for table in record.tables
    ]
    sheets += [
        Sheet(
            name=f"F{numbers[f'figure:{figure.name}']} {figure.name}"[:_LONGEST_NAME],
            label=reader.say("figure", number=numbers[f"figure:{figure.name}"]),
            anchor=figure_table_name(figure.name),
            table=figure.table.model_copy(update={"caption": figure.caption}),
        )
        for figure in record.figures
    ]
    return tuple(sheets)


def write_workbook(record: ReportRecord, numbers: Mapping[str, int], language: Language) -> bytes:
    """Write all tables of a report into one workbook, with a sheet of contents.

    Parameters
    ----------
    record : ReportRecord
    numbers : mapping of str to int
        The number of each ``figure:NAME`` and ``table:NAME`` on the page.
    language : {"en", "zh"}

    Returns
    -------
    bytes
        An ``.xlsx`` file, the same for the same record. Each table has its caption,
        unit and notes, a header that stays in sight, numbers as numbers in the page's
        format, bounds of intervals in columns of their own, and a link to its place on
        the page.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    reader = Reader(language)
    title = reader.read(record.header.title)
    book.set_properties({"title": title, "created": _MADE})
    writer = _Writer(book, reader)
    sheets = list_sheets(record, numbers, language)
    writer.contents(record, sheets)
    for sheet in sheets:
        writer.sheet(sheet)
    book.close()
    return buffer.getvalue()


class _Writer:
    """Writes the sheets of one workbook in one language."""

    def __init__(self, book: Any, reader: Reader) -> None:
        self._book = book
        self._reader = reader
        self._contents = reader.say("contents")
        self._page = f"report.{reader.language}.html"
        self._formats: dict[str, Any] = {}
        self._bold = book.add_format({"bold": True})
        self._title = book.add_format({"bold": True, "font_size": 14})
        self._head = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1}
        )
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._quiet = book.add_format({"italic": True, "font_color": "#56616D"})

    def contents(self, record: ReportRecord, sheets: tuple[Sheet, ...]) -> None:
        reader, header = self._reader, record.header
        page = self._book.add_worksheet(self._contents)
        page.write_string(0, 0, reader.read(header.title), self._title)
        facts = (
            ("scope", reader.read(header.scope_title)),
            ("period", reader.plain(header.period)),
            ("as_of", reader.day(header.as_of)),
        )
        for row, (word, value) in enumerate(facts, 1):
            page.write_string(row, 0, reader.say(word))
            page.write_string(row, 1, value)
        page.write_string(4, 0, reader.say("partial") if record.partial else "", self._bold)
        for column, word in enumerate(("sheet", "caption", "unit", "on_the_page")):
            page.write_string(5, column, reader.say(word), self._head)
        for row, sheet in enumerate(sheets, 6):
            page.write_url(row, 0, f"internal:'{sheet.name}'!A1", string=sheet.name)
            page.write_string(row, 1, reader.read(sheet.table.caption), self._wrap)
            page.write_string(row, 2, self._unit(sheet.table))
            page.write_url(row, 3, f"external:{self._page}#{sheet.anchor}", string=sheet.label)
        for row, rule in enumerate(header.rules, 7 + len(sheets)):
            page.write_string(row, 1, reader.read(rule), self._quiet)
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 80)
        page.set_column(2, 3, 24)
        page.freeze_panes(6, 0)

    def sheet(self, sheet: Sheet) -> None:
        reader, table = self._reader, sheet.table
        page = self._book.add_worksheet(sheet.name)
        page.write_string(0, 0, f"{sheet.label}  {reader.read(table.caption)}", self._bold)
        page.write_url(
            1, 0, f"external:{self._page}#{sheet.anchor}", string=reader.say("on_the_page")
        )
        page.write_url(1, 1, f"internal:'{self._contents}'!A1", string=self._contents)
        bounded = _bounded(table)
        heads = list(self._heads(table, bounded))
        for column, head in enumerate(heads):
            page.write_string(3, column, head, self._head)
        widths = [min(_WIDEST, max(10, len(head) * 0.7)) for head in heads]
        for row, cells in enumerate(table.rows, 4):
            self._row(page, row, cells, bounded, widths)
        page.freeze_panes(4, 1)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        notes = [self._unit(table), *(reader.read(note) for note in table.notes)]
        notes += withheld_notes(table, reader)
        for row, note in enumerate(filter(None, notes), 5 + len(table.rows)):
            page.write_string(row, 0, note, self._quiet)

    def _row(
        self,
        page: Any,
        row: int,
        cells: tuple[PublishedCell, ...],
        bounded: set[int],
        widths: list[float],
    ) -> None:
        column = 0
        for position, cell in enumerate(cells):
            text = self._reader.read(cell.text)
            style = self._format(cell, text)
            if isinstance(cell.value, int | float):
                page.write_number(row, column, cell.value, style)
            elif text:
                page.write_string(row, column, text, self._quiet if cell.suppressed else None)
                widths[column] = max(widths[column], min(_WIDEST, len(text) * 1.1 + 2))
            column += 1
            if position in bounded:
                for bound in (cell.low, cell.high):
                    if bound is not None:
                        page.write_number(row, column, bound, style)
                    column += 1

    def _heads(self, table: PublishedTable, bounded: set[int]) -> list[str]:
        heads = []
        for position, column in enumerate(table.columns):
            title = self._reader.read(column.title)
            heads.append(title)
            if position in bounded:
                heads += [self._reader.say(f"{end}_of", column=title) for end in ("low", "high")]
        return heads

    def _format(self, cell: PublishedCell, text: str) -> Any:
        code = number_format(cell.value, text)
        if code not in self._formats:
            self._formats[code] = self._book.add_format({"num_format": code})
        return self._formats[code]

    def _unit(self, table: PublishedTable) -> str:
        return "" if table.unit == "none" else self._reader.say(f"counts_{table.unit}")


def _bounded(table: PublishedTable) -> set[int]:
    """Give the positions of the columns with intervals."""
    return {
        position
        for row in table.rows
        for position, cell in enumerate(row)
        if cell.low is not None or cell.high is not None
    }


def number_format(value: object, text: str) -> str:
    """Give the spreadsheet format that shows a value as the page's text does.

    Parameters
    ----------
    value : object
    text : str
        As a reader sees it, perhaps with an interval behind it.

    Returns
    -------
    str
        ``General`` where the text shows the value in another unit.

    Examples
    --------
    >>> number_format(0.6351, "63.5% (62.8% to 64.2%)"), number_format(1645, "1,645")
    ('0.0%', '#,##0')
    >>> number_format(34_670_000.0, "CN¥34.67M")
    'General'
    """
    found = _NUMBER.match(text)
    if found is None or not isinstance(value, int | float):
        return "General"
    shown = float(found["number"].replace(",", "").replace("−", "-"))
    decimals = len(found["decimals"] or "")
    scale = 100 if found["percent"] else 1
    if abs(shown - value * scale) > 0.5 * 10.0**-decimals * (1 + 1e-6):
        return "General"
    places = f".{'0' * decimals}" if decimals else ""
    return f"0{places}%" if found["percent"] else f"#,##0{places}"

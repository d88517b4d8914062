"""How much of a table, and of a report, is withheld to protect persons."""

from __future__ import annotations

from analysis.publish.payload import PublishedTable
from analysis.site.reader import Reader
from analysis.site.record import ReportRecord, person_cells
from analysis.text import Measure, Quantity, Unit


def withheld_notes(table: PublishedTable, reader: Reader) -> tuple[str, ...]:
    """Say how many cells are withheld, of how many, and what part of the total they hold.

    Nothing where nothing is withheld; of the total only what the published numbers say.
    """
    if not table.suppressed_cells:
        return ()
    cells = person_cells(table)
    share = _share(table.suppressed_cells / max(cells, 1))
    said = reader.say("cells_withheld", n=table.suppressed_cells, cells=cells, share=share)
    of_total = share_of_total(table)
    if of_total is None:
        return (said,)
    return said, reader.say("withheld_of_total", share=_share(of_total))


def withheld_in_all(record: ReportRecord, reader: Reader) -> str:
    """Say how many of a report's numbers on persons are withheld."""
    cells, withheld = record.person_cells, record.withheld_cells
    share = _share(withheld / max(cells, 1))
    return reader.say("withheld_in_all", n=withheld, cells=cells, share=share)


def share_of_total(table: PublishedTable) -> float | None:
    """Give what the withheld counts hold of the total, as anybody can subtract it.

    None where no total is shown, where the counts do not add up to one, or where rounding
    leaves nothing to be said.
    """
    if len(table.total_rows) != 1:
        return None
    for place, column in enumerate(table.columns):
        if column.role != "counts" or not column.adds_up:
            continue
        total = table.rows[table.total_rows[0]][place].value
        body = [row[place] for i, row in enumerate(table.rows) if i not in table.total_rows]
        if not any(cell.suppressed for cell in body) or not isinstance(total, int | float):
            continue
        shown = sum(float(cell.value) for cell in body if isinstance(cell.value, int | float))
        if 0 < total - shown <= total:
            return (total - shown) / total
    return None


def _share(value: float) -> Quantity:
    return Quantity(value=value, measure=Measure.SHARE, unit=Unit.NONE)

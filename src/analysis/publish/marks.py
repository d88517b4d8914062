"""At which place of a picture stands which cell of its table, so that values can be read off.

A mark holds no number. What a reader is told at its place is the cell as the table beside
the figure has it, so that a picture tells nothing that the table does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from analysis.locale import render
from analysis.publish.drawn import Artist, Reading, Spot, list_artists, place_of
from analysis.publish.payload import PublishedMark
from analysis.publish.plotting import label
from analysis.results import Estimate
from analysis.tables import Labels, ProtectedTable
from analysis.text import Language

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

_KNOWN = 0.5
"""Of an artist's spots: where fewer are cells, it draws something else than the table."""
_TITLE, _FREE, _NEXT, _UP = 0.5, 0.25, 0.125, 0.01
"""Weights: the column's title, a cell not yet shown, the row after the last, a value upwards."""


@dataclass(frozen=True, slots=True)
class _Match:
    """A spot that shows a cell."""

    spot: Spot
    row: int
    column: int
    weight: float
    reading: Reading


@dataclass(slots=True)
class _Cells:
    """A table's numbers by column, with the words of rows and columns."""

    titles: tuple[str, ...]
    names: tuple[str, ...]
    numbers: Mapping[int, Mapping[str, list[int]]]
    """For each column: the rows in which a number stands."""
    words: tuple[frozenset[str], ...]
    """For each row."""
    bounds: Mapping[tuple[str, str], tuple[int, int, float]]
    """An interval's ends: row, column, value."""
    shown: set[tuple[int, int]] = field(default_factory=set)

    def weigh(self, reading: Reading, row: int, column: int) -> float:
        """Say how well the words and places by a drawn number fit a cell's."""
        words = self.words[row]
        weight = 1.0 + len(words & reading.words)
        weight += any(_key(at) in words for at in reading.at)
        weight += any(self._names(word, column) for word in reading.words)
        weight += any(
            row in rows.get(_key(at), ()) for at in reading.at for rows in self._others(column)
        )
        return weight + _TITLE * (reading.title == self.titles[column])

    def _names(self, word: str, column: int) -> bool:
        return word == self.titles[column] or self.names[column].endswith(f"_{word}")

    def _others(self, column: int) -> Iterator[Mapping[str, list[int]]]:
        return (rows for other, rows in self.numbers.items() if other != column)


def find_marks(
    drawing: Drawing, table: ProtectedTable, language: Language
) -> tuple[PublishedMark, ...]:
    """Find at which places a drawing shows which cells of its table.

    A figure's function is handed the gated table and nothing else, so a number that it
    draws is a cell's, or made of some. Which one of several equal ones it is, is told by
    the words by it: at the axis, above the panel, in the legend; and else by the order.
    A drawn number that is no cell's, such as a line of reference, has no mark.

    Parameters
    ----------
    drawing : matplotlib figure
        It has been drawn: its parts are where they will be.
    table : ProtectedTable
    language : {"en", "zh"}

    Returns
    -------
    tuple of PublishedMark
        One a cell at most, in the order of drawing.
    """
    cells = _read(table, language)
    found: dict[tuple[int, int], PublishedMark] = {}
    for artist in list_artists(drawing):
        for match, across in _matches(artist, cells):
            place, cell = place_of(drawing, artist.axes, match.spot), (match.row, match.column)
            cells.shown.add(cell)
            if place is not None and (cell not in found or across):
                columns = (*across, match.column)
                found[cell] = PublishedMark(x=place[0], y=place[1], row=match.row, columns=columns)
    return tuple(found.values())


def _key(number: float) -> str:
    """Write a number so that the same one is found again, drawn as it was or in words."""
    return f"{number:.12g}"


def _read(table: ProtectedTable, language: Language) -> _Cells:
    numbers: dict[int, dict[str, list[int]]] = {}
    bounds: dict[tuple[str, str], tuple[int, int, float]] = {}
    for position, column in enumerate(table.columns):
        if isinstance(column, Labels):
            continue
        rows = numbers[position] = defaultdict(list)
        for number, row in enumerate(table.rows):
            cell = row[column.name]
            if cell.number is not None:
                rows[_key(cell.number)].append(number)
            if isinstance(cell.value, Estimate):
                ends = (_key(cell.value.low), _key(cell.value.high))
                bounds[ends] = (number, position, cell.value.value)
    names = [column.name for column in table.columns if isinstance(column, Labels)]
    return _Cells(
        titles=tuple(render(column.title, language) for column in table.columns),
        names=tuple(column.name for column in table.columns),
        numbers=numbers,
        words=tuple(frozenset(label(row[n], language) for n in names) for row in table.rows),
        bounds=bounds,
    )


def _matches(artist: Artist, cells: _Cells) -> Iterator[tuple[_Match, tuple[int, ...]]]:
    """Give the spots that show cells, and the column that is to be read with each."""
    interval = _interval(artist.spots, cells)
    if interval is not None:
        yield interval, ()
        return
    ways = range(len(artist.spots[0].readings) if artist.spots else 0)
    one = [_follow(artist, cells, (column,), way) for column in cells.numbers for way in ways]
    several = [_follow(artist, cells, tuple(cells.numbers), way) for way in ways]
    found = max(one, key=_weight, default=[])
    mixed = max(several, key=_weight, default=[])
    if len(found) < len(artist.spots) and len(mixed) > len(found):
        found = mixed
    if len(found) < _KNOWN * len(artist.spots) or not found:
        return
    across = _column_across(found, cells)
    for match in found:
        yield match, across


def _weight(found: Sequence[_Match]) -> float:
    return sum(match.weight for match in found)


def _follow(artist: Artist, cells: _Cells, columns: tuple[int, ...], way: int) -> list[_Match]:
    """Match an artist's spots with the cells of some columns, read one way."""
    found: list[_Match] = []
    taken: set[tuple[int, int]] = set()
    for spot in artist.spots:
        reading = spot.readings[way]
        matches = [
            _match(spot, reading, (row, column), artist, cells, taken, found)
            for column in columns
            for row in cells.numbers[column].get(_key(reading.value), ())
        ]
        if matches:
            best = max(matches, key=lambda match: match.weight)
            taken.add((best.row, best.column))
            found.append(replace(best, weight=best.weight + _UP * (way == 0)))
    return found


def _match(
    spot: Spot,
    reading: Reading,
    cell: tuple[int, int],
    artist: Artist,
    cells: _Cells,
    taken: set[tuple[int, int]],
    before: Sequence[_Match],
) -> _Match:
    row, column = cell
    spoken = replace(reading, words=reading.words | artist.words)
    weight = cells.weigh(spoken, row, column)
    weight += _FREE * (cell not in cells.shown and cell not in taken)
    weight += _NEXT * bool(before and row == before[-1].row + 1)
    return _Match(spot, row, column, weight, reading)


def _column_across(matches: Sequence[_Match], cells: _Cells) -> tuple[int, ...]:
    """Find the column that the other axis shows, where it shows one too."""
    for column, rows in cells.numbers.items():
        if column != matches[0].column and all(
            match.reading.across == cells.titles[column]
            and any(match.row in rows.get(_key(at), ()) for at in match.reading.at)
            for match in matches
        ):
            return (column,)
    return ()


def _interval(spots: Sequence[Spot], cells: _Cells) -> _Match | None:
    """See in a line of two ends an estimate's interval; its mark stands at the estimate."""
    if len(spots) != 2:
        return None
    one, other = spots
    for way, reading in enumerate(one.readings):
        ends = (_key(reading.value), _key(other.readings[way].value))
        if ends in cells.bounds and ends[0] != ends[1]:
            row, column, value = cells.bounds[ends]
            spot = replace(one, y=value) if way == 0 else replace(one, x=value)
            return _Match(spot, row, column, 1.0, reading)
    return None

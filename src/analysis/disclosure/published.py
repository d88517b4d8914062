"""What reports have let out, read back as numbers that a reader knows and numbers withheld."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.disclosure.identity import identify
from analysis.disclosure.rules import shown_range
from analysis.params.policy import DisclosurePolicy

Number = tuple[str, str]
"""A count: the scope that it is of, and what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One report about one scope, as its ``results.json`` holds it.

    Attributes
    ----------
    report, scope, within : str
        The scope, and the one that it is a part of.
    parts : tuple of str
        The scopes that it is divided into, whether anything is published of them or not.
    day : str
        The day that the report is about.
    policy : DisclosurePolicy
        The rules that it was published under.
    tables : sequence of mapping
        Payloads of tables, those of figures too.
    fixed : bool
        It cannot be taken back: an earlier period, or not part of what is run now.
    """

    report: str
    scope: str
    within: str
    parts: tuple[str, ...]
    day: str
    policy: DisclosurePolicy
    tables: Sequence[Mapping[str, Any]]
    fixed: bool


def read_publication(results: Mapping[str, Any], *, fixed: bool) -> Publication:
    """Read a report's results.

    Raises
    ------
    KeyError, ValueError
        If they are none.
    """
    header = results["report"]
    tables = [*results["tables"], *(figure["table"] for figure in results["figures"])]
    return Publication(
        report=header["name"],
        scope=header["scope"],
        within=header.get("within", ""),
        parts=tuple(header.get("parts", ())),
        day=header["as_of"],
        policy=DisclosurePolicy.model_validate(header["disclosure"]),
        tables=[table for table in tables if table["unit"] != "none"],
        fixed=fixed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one table says of one count.

    Attributes
    ----------
    number : number
    local : str
        Its identity as the report knows it.
    low, high : float or None
        What is shown; None where it is withheld.
    rests_on : number, optional
        Of a sum: the count of those who contribute.
    """

    number: Number
    local: str
    low: float | None
    high: float | None
    rests_on: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTable:
    """What one table says: counts, sums (members and total), and parts with their wholes."""

    publication: Publication
    name: str
    told: tuple[Told, ...]
    sums: tuple[tuple[tuple[Number, ...], Number], ...]
    shares: tuple[tuple[Number, Number], ...]


def read_tables(publication: Publication) -> Iterator[ToldTable]:
    """Read every table of a publication that holds counts."""
    for table in publication.tables:
        reader = _Reader(publication, table)
        told = tuple(reader.told())
        if told:
            names = {one.number for one in told}
            yield ToldTable(
                publication=publication,
                name=table["name"],
                told=told,
                sums=_told_sums(reader.sums(), names),
                shares=tuple(
                    (part, whole)
                    for part, whole in reader.shares()
                    if part in names and whole in names
                ),
            )


def _told_sums(
    sums: Iterable[tuple[list[Number], Number]], names: set[Number]
) -> tuple[tuple[tuple[Number, ...], Number], ...]:
    """Keep of the sums what is told: totals that are, and the members that are."""
    return tuple(
        (tuple(n for n in members if n in names), total)
        for members, total in sums
        if total in names and any(n in names for n in members)
    )


def read_sums(publication: Publication) -> Iterator[ToldTable]:
    """Read every table of a publication that holds sums of what persons contribute."""
    for table in publication.tables:
        reader = _Reader(publication, table)
        told = tuple(reader.told_sums())
        if told:
            names = {one.number for one in told}
            yield ToldTable(
                publication=publication,
                name=table["name"],
                told=told,
                sums=_told_sums(reader.totals(reader.summed), names),
                shares=(),
            )


_CENT = 0.005
"""Money is exact to less."""


class _Reader:
    def __init__(self, publication: Publication, table: Mapping[str, Any]) -> None:
        self._publication = publication
        self._table = table
        self._columns = {column["name"]: column for column in table["columns"]}
        self._place = {name: j for j, name in enumerate(self._columns)}
        self._counts = [n for n, c in self._columns.items() if c.get("role") == "counts"]
        self.summed = [n for n, c in self._columns.items() if _adds_up_money(c)]
        self._keys = table.get("row_keys") or [str(i) for i in range(len(table["rows"]))]

    def local(self, i: int, column: str) -> str:
        """Give a count's identity within its report."""
        head = self._columns.get(column, {})
        declared = head.get("total_identity" if i in self._table["total_rows"] else "identity", "")
        return identify(self._table["name"], column, self._keys[i], declared=declared)

    def number(self, i: int, column: str) -> Number:
        local, publication = self.local(i, column), self._publication
        if local.startswith(f"{self._table['name']}|"):
            local = f"{publication.report}|{publication.day}|{local}"
        return publication.scope, f"{self._table['unit']}|{local}"

    def told(self) -> Iterator[Told]:
        for i, row in enumerate(self._table["rows"]):
            for name in self._counts:
                cell = row[self._place[name]]
                if cell["suppressed"] or cell["value"] is not None:
                    yield self._tell(i, name, None if cell["suppressed"] else cell["value"])
            yield from self._told_by_shares(i, row)

    def _told_by_shares(self, i: int, row: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
        """Divide out the parts that stand in no column: a share and its whole tell them."""
        for name, column in self._columns.items():
            part, whole = column.get("part", ""), column.get("whole", "")
            if not part or part in self._place or whole not in self._place:
                continue
            share, of = row[self._place[name]], row[self._place[whole]]
            if share["suppressed"] or share["value"] is None or of["value"] is None:
                if share["suppressed"]:
                    yield self._tell(i, part, None)
                continue
            yield self._tell(i, part, round(share["value"] * of["value"]))

    def _tell(self, i: int, column: str, value: float | None) -> Told:
        low, high = (None, None)
        if value is not None:
            low, high = shown_range(round(value), self._publication.policy)
        return Told(number=self.number(i, column), local=self.local(i, column), low=low, high=high)

    def sums(self) -> Iterator[tuple[list[Number], Number]]:
        rows = range(len(self._table["rows"]))
        adding = [name for name in self._counts if self._columns[name].get("adds_up")]
        yield from self.totals(adding)
        whole = self._table.get("total_column", "")
        if whole in self._place:
            for i in rows:
                members = [self.number(i, name) for name in adding if name != whole]
                yield members, self.number(i, whole)

    def totals(self, columns: Sequence[str]) -> Iterator[tuple[list[Number], Number]]:
        """Give the sums over the rows: members and total."""
        totals, rows = self._table["total_rows"], range(len(self._table["rows"]))
        for name in columns:
            for total in totals:
                body = [self.number(i, name) for i in rows if i not in totals]
                yield body, self.number(total, name)

    def told_sums(self) -> Iterator[Told]:
        for i, row in enumerate(self._table["rows"]):
            for name in self.summed:
                cell = row[self._place[name]]
                if cell["suppressed"]:
                    value = None
                elif cell["value"] is None:
                    continue
                else:
                    value = float(cell["value"])
                n = str(self._columns[name].get("whole", ""))
                near = _CENT + 1e-9 * abs(value or 0.0)
                yield Told(
                    number=self.number(i, name),
                    local=self.local(i, name),
                    low=None if value is None else value - near,
                    high=None if value is None else value + near,
                    rests_on=self.number(i, n) if n in self._place else None,
                )

    def shares(self) -> Iterator[tuple[Number, Number]]:
        for column in self._columns.values():
            if column.get("part") and column.get("whole"):
                for i in range(len(self._table["rows"])):
                    yield self.number(i, column["part"]), self.number(i, column["whole"])


def _adds_up_money(column: Mapping[str, Any]) -> bool:
    """Whether a column holds sums: means and shares of sums do not add up to anything."""
    return bool(column.get("adds_up")) and bool(column.get("is_sum"))

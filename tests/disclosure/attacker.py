"""An attacker: takes what reports published, and works out what they withheld.

It knows what a careful reader knows: the results files, how counts are rounded, that
counts below the minimum are never shown, that tables add up, that regions make up the
bank, and which counts of different tables and periods are the same. It shares no code
with the gate. For each withheld count it gives the smallest and the largest value, by
linear programming and, where that leaves a fraction, in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp


class Sight:
    """One table as a reader sees it."""

    def __init__(self, table: dict, header: dict, scope: str, rules: dict) -> None:
        self.table, self.header, self.scope, self.rules = table, header, scope, rules
        self.names = [column["name"] for column in table["columns"]]
        self.columns = dict(zip(self.names, table["columns"], strict=True))
        self.counts = [c for c in table["columns"] if c["role"] == "counts"]
        self.adding = [c for c in self.counts if c["adds_up"]]

    def name(self, i: int, column: dict) -> tuple:
        """Say which count a cell is: what it declares, or where it stands."""
        row = self.table["row_keys"][i]
        kind = "total_identity" if i in self.table["total_rows"] else "identity"
        declared = column.get(kind, "").replace("{row}", row)
        place = (self.header["name"], self.header["as_of"], self.table["name"], row)
        return self.scope, self.table["unit"], declared or (*place, column["name"])

    def cell(self, i: int, column: dict) -> dict:
        return self.table["rows"][i][self.names.index(column["name"])]

    def sums(self) -> list:
        totals, rows = self.table["total_rows"], range(len(self.table["rows"]))
        found = [
            ([self.name(i, c) for i in rows if i not in totals], self.name(total, c))
            for c in self.adding
            for total in totals
        ]
        whole = self.columns.get(self.table["total_column"])
        if whole:
            members = [c for c in self.adding if c is not whole]
            found += [([self.name(i, c) for c in members], self.name(i, whole)) for i in rows]
        return found


@dataclass
class Attacker:
    """Collects equations and bounds, then solves for each withheld count."""

    low: dict = field(default_factory=dict)
    high: dict = field(default_factory=dict)
    withheld: set = field(default_factory=set)
    sums: list = field(default_factory=list)
    parts: dict = field(default_factory=dict)
    inside: dict = field(default_factory=dict)
    shown: set = field(default_factory=set)
    whole: bool = True

    def read(self, results: dict) -> None:
        """Take in one report's results."""
        header = results["report"]
        scope, rules = header["scope"], header["disclosure"]
        self.parts[scope] = header.get("parts", [])
        self.inside[scope] = header.get("within", "")
        for table in [*results["tables"], *(f["table"] for f in results["figures"])]:
            if table["unit"] != "none":
                self._read_table(table, header, scope, rules)

    def _read_table(self, table: dict, header: dict, scope: str, rules: dict) -> None:
        sight = Sight(table, header, scope, rules)
        for i in range(len(table["rows"])):
            for column in sight.counts:
                self._read_count(sight, i, column)
            for column in table["columns"]:
                if column["role"] == "shares" and column["whole"] in sight.names:
                    self._read_share(sight, i, column)
        self.sums += sight.sums()

    def _read_count(self, sight: Sight, i: int, column: dict) -> None:
        cell = sight.cell(i, column)
        if cell["suppressed"]:
            self._know(sight.name(i, column), 0, inf)
            self.withheld.add(sight.name(i, column))
        elif cell["value"] is not None:
            self._know(sight.name(i, column), *unrounded(cell["value"], sight.rules))

    def _read_share(self, sight: Sight, i: int, column: dict) -> None:
        """A share of a whole tells the part; part and rest add up to the whole."""
        whole, part = sight.columns[column["whole"]], sight.columns.get(column["part"])
        name = sight.name(i, part or {"name": column["part"]})
        share, of = sight.cell(i, column), sight.cell(i, whole)
        self._know(name, 0, inf)
        if share["value"] is not None and of["value"] is not None:
            self._know(name, *unrounded(round(share["value"] * of["value"]), sight.rules))
        self._know(("rest", name), 0, inf)
        self.sums.append(([name, ("rest", name)], sight.name(i, whole)))

    def _know(self, name: tuple, low: float, high: float) -> None:
        self.low[name] = max(low, self.low.get(name, 0))
        self.high[name] = min(high, self.high.get(name, inf))

    def _scopes(self) -> list:
        """The parts of each scope add up to it; where one is missing, to no more."""
        found = []
        for name in [n for n in self.low if n[0] != "rest"]:
            scope, *rest = name
            below = [s for s, above in self.inside.items() if above == scope]
            members = [(s, *rest) for s in below if (s, *rest) in self.low]
            if members:
                if not {m[0] for m in members} >= set(self.parts[scope] or ["?"]):
                    members.append(("elsewhere", name))
                    self._know(members[-1], 0, inf)
                found.append((members, name))
        return found

    def solve(self) -> dict:
        """Give the interval of every withheld count that nothing else shows."""
        sums = [
            ([m for m in members if m in self.low], total)
            for members, total in [*self.sums, *self._scopes()]
            if total in self.low
        ]
        sums = [s for s in sums if s[0] and self._can_hold(s)]
        names = sorted(self.low, key=repr)
        return {
            name: tuple(self._extreme(name, sums, sign) for sign in (1, -1))
            for name in names
            if name in self.withheld
        }

    def _can_hold(self, one: tuple) -> bool:
        members, total = one
        return (
            sum(self.low[m] for m in members) <= self.high[total]
            and sum(self.high[m] for m in members) >= self.low[total]
        )

    def _extreme(self, name: tuple, sums: list, sign: int) -> float:
        near, used = self._around(name, sums)
        place = {n: k for k, n in enumerate(near)}
        rows = np.zeros((len(used), len(near)))
        for k, (members, total) in enumerate(used):
            for member in members:
                rows[k, place[member]] += 1
            rows[k, place[total]] -= 1
        goal = np.zeros(len(near))
        goal[place[name]] = sign
        for whole in (1, 0) if self.whole else (0,):
            found = milp(
                goal,
                integrality=np.full(len(near), whole),
                bounds=Bounds([self.low[n] for n in near], [self.high[n] for n in near]),
                constraints=[LinearConstraint(rows, 0, 0)] if used else (),
            )
            if found.x is not None:
                value = float(found.x[place[name]])
                return round(value) if self.whole else value
        return inf if sign < 0 else 0

    def _around(self, name: tuple, sums: list) -> tuple[list, list]:
        """Give what hangs together with a number."""
        near, used, waiting = {name}, [], [name]
        while waiting:
            one = waiting.pop()
            for k, (members, total) in enumerate(sums):
                if k not in used and (one == total or one in members):
                    used.append(k)
                    new = {*members, total} - near
                    near |= new
                    waiting += new
        return sorted(near, key=repr), [sums[k] for k in used]


class MoneyAttacker(Attacker):
    """Works out sums of money: they are exact, and whose they are is never rounded away."""

    def _read_table(self, table: dict, header: dict, scope: str, rules: dict) -> None:
        sight = Sight(table, header, scope, rules)
        sight.adding = [c for c in table["columns"] if c.get("is_sum") and c["adds_up"]]
        sight.table = {**table, "total_column": ""}
        for i in range(len(table["rows"])):
            for column in sight.adding:
                cell, name = sight.cell(i, column), sight.name(i, column)
                if cell["suppressed"]:
                    self._know(name, 0, inf)
                    self.withheld.add(name)
                elif cell["value"] is not None:
                    self._know(name, cell["value"] - 0.01, cell["value"] + 0.01)
                    self.shown.add(name)
        self.sums += sight.sums()


def unrounded(shown: float, rules: dict) -> tuple[float, float]:
    """Give the counts that are shown so; none below the minimum but 0 is ever shown."""
    base, least = rules["rounding_base"], rules["minimum_units"]
    if shown == 0:
        return 0, 0
    low, high = shown - floor(base / 2), shown + floor((base - 1) / 2)
    return max(low, min(least, shown)), high


def attack(*results: dict) -> dict:
    """Give the interval of every withheld count of some reports together."""
    attacker = Attacker()
    for one in results:
        attacker.read(one)
    return attacker.solve()


def attack_money(*results: dict) -> dict:
    """Give the interval of every withheld sum of some reports together."""
    attacker = MoneyAttacker(whole=False)
    for one in results:
        attacker.read(one)
    return {n: found for n, found in attacker.solve().items() if n not in attacker.shown}


def is_known(interval: tuple[float, float], percent: float) -> bool:
    """Whether some guess is sure to be within so many percent of the sum."""
    low, high = interval
    return low * (1 + percent / 100) >= high * (1 - percent / 100)


def is_given_away(interval: tuple[float, float], minimum: int) -> bool:
    """Whether a count that may be small is known better than the mark on the page says."""
    low, high = interval
    return low < minimum and (low > 1 or high < minimum)

"""What one report has let out so far, so that no later table or sentence undoes it.

Two tables may show the same count, and a sentence may repeat one. What was withheld in
one place is withheld in all; what was shown or said in one place cannot protect
anything in another.
"""

from __future__ import annotations

from analysis.disclosure.counts import CellId, Outside
from analysis.disclosure.identity import identities
from analysis.disclosure.tables import protect
from analysis.params.policy import DisclosurePolicy
from analysis.results import Estimate
from analysis.tables import Counts, ProtectedTable, Quantities, Table
from analysis.text import Quantity, Unit


class Ledger:
    """Gates the tables of one report in order, and remembers.

    Parameters
    ----------
    policy : DisclosurePolicy
    withheld : frozenset of str
        Identities of counts that other scopes, reports or periods would give away.

    Examples
    --------
    >>> from analysis.tables import Labels
    >>> from analysis.text import message
    >>> def stages(name):
    ...     return Table(
    ...         name=name, caption=message("Customers"), unit=Unit.CUSTOMERS,
    ...         columns=(Labels(name="stage", title=message("Stage")),
    ...                  Counts(name="n", title=message("n"), identity="stage: {row}")),
    ...         rows=({"stage": "new", "n": 120}, {"stage": "stable", "n": 900}))
    >>> ledger = Ledger(DisclosurePolicy(), withheld=frozenset({"stage: new"}))
    >>> [ledger.protect(stages(name)).suppressed_cells for name in ("first", "second")]
    [1, 1]
    >>> ledger.may_say(120, Unit.CUSTOMERS), ledger.may_say(900, Unit.CUSTOMERS)
    (False, True)
    """

    def __init__(self, policy: DisclosurePolicy, withheld: frozenset[str] = frozenset()) -> None:
        self._policy = policy
        self._hidden = set(withheld)
        self._shown: set[str] = set()
        self._secret: set[tuple[Unit, int]] = set()
        self._said: set[tuple[Unit, int]] = set()
        self._secret_sums: set[tuple[Unit, str]] = set()
        self._done: dict[int, tuple[Table, ProtectedTable]] = {}

    def protect(self, table: Table) -> ProtectedTable:
        """Let a table out, in keeping with what is out already; the same one once only."""
        done = self._done.get(id(table))
        if done is None:
            done = (table, self._protect(table))
            self._done[id(table)] = done
        return done[1]

    def _protect(self, table: Table) -> ProtectedTable:
        if table.unit is Unit.NONE:
            return protect(table, self._policy)
        named = identities(table)
        outside = Outside(
            shown=frozenset(
                cell for cell, name in named.items() if self._is_out(table, cell, name)
            ),
            hidden=frozenset(cell for cell, name in named.items() if name in self._hidden),
        )
        gated = protect(table, self._policy, outside)
        hidden = {c.name for c in table.columns if isinstance(c, Counts) and not c.shown}
        sums = {c.name for c in table.columns if isinstance(c, Quantities)}
        for (i, column), name in named.items():
            if column in hidden:
                continue
            if gated.rows[i][column].suppressed:
                self._hidden.add(name)
                if column in sums:
                    self._keep_sum_secret(table, (i, column))
                else:
                    self._keep_secret(table, (i, column))
            elif gated.rows[i][column].value is not None:
                self._shown.add(name)
        return gated

    def _is_out(self, table: Table, cell: CellId, name: str) -> bool:
        said = (table.unit, self._size(table, cell)) in self._said
        return (name in self._shown or said) and name not in self._hidden

    def _keep_secret(self, table: Table, cell: CellId) -> None:
        size = self._size(table, cell)
        if size >= self._policy.minimum_units and (table.unit, size) not in self._said:
            self._secret.add((table.unit, size))

    def _keep_sum_secret(self, table: Table, cell: CellId) -> None:
        value = table.rows[cell[0]].get(cell[1])
        if isinstance(value, int | float | Estimate):
            self._secret_sums.add((table.unit, _digits(value)))

    def _size(self, table: Table, cell: CellId) -> int:
        value = table.rows[cell[0]].get(cell[1])
        return value if isinstance(value, int) else -1

    def may_say(self, n: int, unit: Unit) -> bool:
        """Whether a sentence may hold a count; from then on it is known.

        A sentence does not name which count it repeats, so that one of the same size as
        a withheld count is taken to be that count.
        """
        if (unit, n) in self._secret:
            return False
        if n >= self._policy.minimum_units:
            self._said.add((unit, n))
        return True

    def may_tell(self, value: Quantity) -> bool:
        """Whether a sentence may hold a sum: not where a table withholds one of that size."""
        is_sum = value.top_two_share is not None
        return not is_sum or (value.unit, _digits(value.value)) not in self._secret_sums


def _digits(value: float | Estimate) -> str:
    """Write a sum so that the same sum is written alike, however it was added up."""
    return f"{value.value if isinstance(value, Estimate) else value:.9g}"

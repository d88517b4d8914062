"""Tables on customers who moved between institutions."""

from __future__ import annotations

from analysis.competitor_comparison.moves import Moves
from analysis.competitor_comparison.wording import quarter
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Unit, message


def exchanges(moves: Moves) -> Table:
    """Customers won from and lost to each competitor."""
    balance = moves.balance
    rows: list[Row] = [
        {
            "institution": moves.register.name(exchange.other),
            "won": exchange.won,
            "lost": exchange.lost,
            "moved": exchange.won + exchange.lost,
            "net": exchange.net,
        }
        for exchange in balance.exchanges
    ]
    total: Row = {
        "institution": message("all competitors"),
        "won": balance.won,
        "lost": balance.lost,
        "moved": balance.won + balance.lost,
        "net": balance.net,
    }
    return Table(
        name="exchanges",
        caption=message(
            "Customers won from and lost to each competitor, {first} to {last}",
            first=quarter(moves.quarters[0]),
            last=quarter(moves.quarters[-1]),
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="institution", title=message("Institution")),
            Counts(name="won", title=message("Won from")),
            Counts(name="lost", title=message("Lost to")),
            Counts(name="moved", title=message("Both")),
            Quantities(
                name="net",
                title=message("Net customers won"),
                measure=Measure.COUNT,
                n="moved",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=(*rows, total),
        total_rows=(len(rows),),
        total_column="moved",
        notes=(message("Moves are known for the whole bank only, in every scope."),),
    )


def preferences(moves: Moves) -> Table:
    """Whom those who move prefer, on one scale."""
    found = moves.preference
    if found is None:
        raise ValueError("no strengths were estimated")
    order = sorted(range(len(found.names)), key=lambda i: -found.strengths[i].value)
    return Table(
        name="switching_strengths",
        caption=message("Whom those who change their bank prefer, against the average institution"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="institution", title=message("Institution")),
            Counts(name="moved", title=message("Customers who came or left"), adds_up=False),
            Quantities(
                name="strength",
                title=message("Strength (log odds, 0 is average)"),
                measure=Measure.NUMBER,
                n="moved",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "institution": moves.register.name(found.names[i]),
                "moved": moves.moved[found.names[i]],
                "strength": found.strengths[i],
                "degrees": moves.customers - len(found.names) + 1,
            }
            for i in order
        ),
    )

"""Tables on which features matter."""

from __future__ import annotations

from analysis.market_research.priorities import Priorities
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Basis, Measure, Unit, message


def standings(found: Priorities) -> Table:
    """How often each feature was best and worst, and its utility."""
    return Table(
        name="best_worst",
        caption=message("Which features matter most and least"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="feature", title=message("Feature")),
            Quantities(
                name="score",
                title=message("Best less worst (-1 to 1)"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="utility",
                title=message("Utility (log odds against the average)"),
                measure=Measure.NUMBER,
                n="n",
                degrees="degrees",
            ),
            Quantities(
                name="share",
                title=message("Chance to be best of all"),
                measure=Measure.SHARE,
                n="n",
                degrees="degrees",
            ),
            Counts(name="n", title=message("People asked"), adds_up=False),
        ),
        rows=tuple(
            {
                "feature": found.names[standing.name],
                "score": standing.score,
                "utility": standing.utility,
                "share": standing.preference_share,
                "n": found.n_people,
                "degrees": found.n_people - len(found.standings),
            }
            for standing in found.standings
        ),
    )

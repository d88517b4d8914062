"""Tables on how well new customers are kept."""

from __future__ import annotations

from analysis.definitions import quarter_label
from analysis.lifecycle.cohorts import CohortRetention
from analysis.tables import Column, Counts, Labels, Quantities, Row, Shares, Table
from analysis.text import Basis, Measure, Unit, message


def retention_triangle(retention: CohortRetention) -> Table:
    """Share of each cohort that is active in each quarter after its first."""
    longest = max(cell.quarters_since for cell in retention.cells)
    found = {(cell.cohort, cell.quarters_since): cell for cell in retention.cells}
    columns: list[Column] = [
        Labels(name="cohort", title=message("First transaction in")),
        Counts(name="customers", title=message("Customers")),
    ]
    for since in range(1, longest + 1):
        columns += [
            Counts(
                name=f"retained_{since}",
                title=message("Retained after {quarters} quarters", quarters=since),
                adds_up=False,
                shown=False,
            ),
            Shares(
                name=f"retention_{since}",
                title=message("+{quarters} q.", quarters=since),
                part=f"retained_{since}",
                whole="customers",
            ),
        ]
    rows: list[Row] = [
        {
            "cohort": quarter_label(cohort),
            "customers": found[cohort, 0].customers,
            **{
                f"retained_{since}": found[cohort, since].retained
                for since in range(1, longest + 1)
                if (cohort, since) in found
            },
        }
        for cohort in retention.cohorts
    ]
    return Table(
        name="cohort_retention",
        caption=message("Share of each cohort with a transaction in each quarter after its first"),
        unit=Unit.CUSTOMERS,
        columns=tuple(columns),
        rows=tuple(rows),
    )


def retention_curve(retention: CohortRetention) -> Table:
    """Retention over all cohorts that are old enough, by quarters since the first."""
    return Table(
        name="retention_curve",
        caption=message("Retention over all cohorts that are old enough"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="quarters_since", title=message("Quarters since the first")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Quantities(
                name="retention",
                title=message("Retention"),
                measure=Measure.SHARE,
                n="customers",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(
            {"quarters_since": str(since), "customers": n, "retention": estimate}
            for since, n, estimate in retention.retention
        ),
    )

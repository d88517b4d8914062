"""Tables on renewal."""

from __future__ import annotations

from analysis.lifecycle.findings.renewal import held_back_caption
from analysis.lifecycle.renewal import FEWEST_DUE, HeldBack, Renewal
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Basis, Measure, Unit, message


def renewal_table(renewal: Renewal) -> Table:
    """Share of a cohort left after each renewal, observed and projected."""
    return Table(
        name="renewal",
        caption=message("Share of the members left after each renewal"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="renewal", title=message("Renewal")),
            Counts(name="due", title=message("Members due"), adds_up=False),
            Counts(name="members", title=message("Members"), adds_up=False, shown=False),
            Quantities(
                name="observed",
                title=message("Observed"),
                measure=Measure.SHARE,
                n="due",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="projected",
                title=message("By the model"),
                measure=Measure.SHARE,
                n="members",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "renewal": str(step.renewal),
                "due": step.n_due,
                "members": renewal.n_members,
                "observed": step.observed,
                "projected": step.projected,
                "degrees": renewal.n_members - 2,
            }
            for step in renewal.steps
        ),
        notes=(
            message("Observed shares are shown where {n} members or more were due.", n=FEWEST_DUE),
        ),
    )


def held_back_table(renewal: Renewal, held: HeldBack) -> Table:
    """The projection that would have been made earlier, against what came."""
    return Table(
        name="renewal_held_back",
        caption=held_back_caption(held),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="product", title=message("Product")),
            Counts(name="members", title=message("Members then"), adds_up=False),
            Quantities(
                name="expected",
                title=message("Expected still there"),
                measure=Measure.COUNT,
                n="members",
                degrees="degrees",
            ),
            Counts(name="realised", title=message("Still there"), adds_up=False),
        ),
        rows=(
            {
                "product": renewal.product,
                "members": held.n_members,
                "expected": held.expected,
                "degrees": held.n_members - 2,
                "realised": held.realised,
            },
        ),
    )

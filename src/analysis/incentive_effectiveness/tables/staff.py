"""Tables on the incentives for staff."""

from __future__ import annotations

from analysis.incentive_effectiveness.staff import TargetStudy
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Unit, message


def bins_table(study: TargetStudy) -> Table:
    """Staff-months by their sales as a share of the target, found and expected."""
    found = study.bunching
    return Table(
        name=f"bunching_{study.evidence.campaign.campaign_id}",
        caption=message(
            "{name}: months by sales as a share of the target, found and without the target",
            name=study.evidence.campaign.name,
        ),
        unit=Unit.STAFF,
        columns=(
            Labels(name="share", title=message("Sales from, % of the target")),
            Counts(name="n", title=message("Months found"), adds_up=False),
            Quantities(
                name="smooth",
                title=message("Months expected"),
                measure=Measure.COUNT,
                n="n",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "share": str(round(100 * float(start))),
                "n": int(n),
                "smooth": float(smooth),
                "degrees": found.degrees,
            }
            for start, n, smooth in zip(
                found.bin_starts, found.counts, found.counterfactual, strict=True
            )
        ),
    )


def quality_table(study: TargetStudy) -> Table:
    """Quality of what was sold in months just above the target, against all others."""
    rows = (
        (message("closed early"), study.early_closures),
        (message("complained about"), study.complaints),
    )
    return Table(
        name=f"quality_{study.evidence.campaign.campaign_id}",
        caption=message(
            "{name}: contracts of months just above the target, minus those of all others",
            name=study.evidence.campaign.name,
        ),
        unit=Unit.STAFF,
        columns=(
            Labels(name="what", title=message("Contracts")),
            Counts(name="n", title=message("Contracts in all"), adds_up=False),
            Quantities(
                name="difference",
                title=message("Difference"),
                measure=Measure.POINTS,
                n="n",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "what": label,
                "n": effect.n_treated + effect.n_untreated,
                "difference": effect.estimate,
                "degrees": effect.n_treated + effect.n_untreated - 2,
            }
            for label, effect in rows
            if effect is not None
        ),
    )

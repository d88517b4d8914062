"""Findings on where each product stands, and what to do with it."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.adoption import Curve
from analysis.lifecycle.product_exits import Exit
from analysis.lifecycle.product_names import STAGE_NAMES
from analysis.lifecycle.products import ProductLifeCycles, ProductStage, ProductStanding, Role
from analysis.lifecycle.tables.products import to_tens
from analysis.results import Strength
from analysis.text import Count, Measure, Message, Unit, message, on_customers

_RISING = (ProductStage.INTRODUCTION, ProductStage.GROWTH)


def role_finding(found: ProductLifeCycles) -> Finding:
    """Say how many products the rules promote, optimise and give up."""
    decided = sum(standing.role is not Role.UNDECIDED for standing in found.standings)
    return Finding(
        name="product_roles",
        statement=message(
            "Of {all} products the rules promote {promote}, optimise {optimise}, keep {keep} as "
            "they are and give up {exit}; {undecided} cannot be decided yet.",
            all=len(found.standings),
            promote=len(found.having(Role.PROMOTE)),
            optimise=len(found.having(Role.OPTIMISE)),
            keep=len(found.having(Role.KEEP)),
            exit=len(found.having(Role.EXIT)),
            undecided=len(found.standings) - decided,
        ),
        strength=Strength.CONCLUSIVE
        if decided == len(found.standings)
        else Strength.SUGGESTIVE
        if decided
        else Strength.INCONCLUSIVE,
        action=message("Move the budget for sales from products to be given up to the promoted.")
        if found.having(Role.EXIT) and found.having(Role.PROMOTE)
        else message("Leave the budget for sales where it is until a stage is certain."),
        headline=True,
    )


def adoption_caption(found: ProductLifeCycles) -> Message:
    """Say in a line how many products are surely before and past the peak of adoption."""
    certain = [s.stage for s in found.assessed if s.certainty >= found.rules.certainty]
    rising = sum(stage in _RISING for stage in certain)
    return message(
        "Adopters so far and {months} months ahead: of {all} products {rising} surely before the "
        "peak of adoption, {past} past it",
        months=found.horizon_months,
        all=len(found.assessed),
        rising=rising,
        past=len(certain) - rising,
    )


def promotion_findings(found: ProductLifeCycles) -> tuple[Finding, ...]:
    """Say when the products to be promoted will peak, and how many will adopt them."""
    return tuple(
        _promotion(standing, standing.curve, standing.stage)
        for standing in found.having(Role.PROMOTE)
        if standing.curve is not None and standing.stage is not None
    )


def _promotion(standing: ProductStanding, curve: Curve, stage: ProductStage) -> Finding:
    narrow = curve.ceiling.high <= 2 * curve.ceiling.low
    return Finding(
        name=f"promote_{standing.product.product_id}",
        statement=message(
            "{product} is in {stage} with probability {certainty}: {adopted} customers have taken "
            "it; its adoption peaks {peak} months after launch and ends at {ceiling} customers.",
            product=standing.product.name,
            stage=STAGE_NAMES[stage],
            certainty=on_customers(standing.certainty, Measure.SHARE, standing.adopted),
            adopted=Count(standing.adopted, Unit.CUSTOMERS),
            peak=on_customers(curve.peak_months, Measure.NUMBER, standing.adopted),
            ceiling=on_customers(to_tens(curve.ceiling), Measure.COUNT, standing.adopted),
        ),
        strength=Strength.CONCLUSIVE if narrow else Strength.SUGGESTIVE,
        action=message(
            "Promote {product}; plan its volume by the lower end of the interval.",
            product=standing.product.name,
        ),
    )


def exit_findings(found: ProductLifeCycles) -> tuple[Finding, ...]:
    """Say for each product to be given up who holds it, and where they may go."""
    holders = {standing.product.product_id: standing for standing in found.standings}
    return tuple(_exit(leaving, holders[leaving.product.product_id]) for leaving in found.exits)


def _exit(leaving: Exit, standing: ProductStanding) -> Finding:
    return Finding(
        name=f"exit_{leaving.product.product_id}",
        statement=message(
            "{product} is declining with probability {certainty}; {holders} customers still hold "
            "it. {where}",
            product=leaving.product.name,
            certainty=on_customers(standing.certainty, Measure.SHARE, standing.adopted),
            holders=Count(standing.holders, Unit.CUSTOMERS),
            where=_where(leaving),
        ),
        strength=Strength.CONCLUSIVE if leaving.decided else Strength.SUGGESTIVE,
        action=message(
            "Offer its holders {target} and give it up.", target=leaving.destinations[0].name
        )
        if leaving.destinations
        else message("Agree with each holder before giving it up."),
    )


def _where(leaving: Exit) -> Message:
    if not leaving.destinations:
        return message("No product of its family remains to move them to.")
    first = leaving.destinations[0]
    kept = on_customers(first.share, Measure.SHARE, first.similar)
    if leaving.decided:
        return message(
            "Similar holders keep {target} most: {share} of them.", target=first.name, share=kept
        )
    return message(
        "Similar holders keep {target}, {share} of them, but not more than others beyond noise.",
        target=first.name,
        share=kept,
    )

"""Checks on the overall ranking."""

from __future__ import annotations

from analysis.answers import Check
from analysis.competitor_comparison.ranking import Standing
from analysis.competitor_comparison.weights import ExpertPanel
from analysis.competitor_comparison.wording import listing, plain
from analysis.results import CheckStatus
from analysis.text import Measure, Message, message


def ranking_checks(standing: Standing) -> tuple[Check, ...]:
    """Whether experts are consistent, rules agree, and third parties matter."""
    panel = standing.weighing.panel
    by_score, by_topsis = standing.by_score, standing.by_topsis
    return (
        *((_consistency(standing, panel),) if panel else ()),
        Check(
            name="rules_agree",
            label=message("Weighted score and TOPSIS give the same order"),
            status=CheckStatus.PASSED
            if by_score.ranks == by_topsis.ranks
            else CheckStatus.INFORMATIONAL,
            detail=message(
                "Best first by weighted score: {score}. By TOPSIS: {topsis}.",
                score=listing(standing.register.name(k) for k in by_score.order()),
                topsis=listing(standing.register.name(k) for k in by_topsis.order()),
            ),
        ),
        Check(
            name="rank_reversal",
            label=message("No order of two depends on a third institution (TOPSIS)"),
            status=CheckStatus.FAILED if standing.reversals else CheckStatus.PASSED,
            detail=_reversals(standing),
        ),
    )


def _consistency(standing: Standing, panel: ExpertPanel) -> Check:
    ratio = plain(standing.rules.accepted_ratio, Measure.NUMBER)
    experts = listing(panel.inconsistent)
    if not panel.inconsistent:
        detail = message("Every expert's consistency ratio is at most {ratio}.", ratio=ratio)
    elif panel.overridden:
        detail = message(
            "Beyond the accepted ratio of {ratio}: expert {experts}. Their judgements are used all "
            "the same. Reason stated in the run file: {reason}",
            ratio=ratio,
            experts=experts,
            reason=standing.rules.override_reason,
        )
    else:
        detail = message(
            "Beyond the accepted ratio of {ratio}: expert {experts}. Their judgements are shown, "
            "not used; with weights set to ahp the run would stop unless a reason is stated.",
            ratio=ratio,
            experts=experts,
        )
    return Check(
        name="experts_consistent",
        label=message("The experts' judgements are consistent"),
        status=CheckStatus.FAILED if panel.inconsistent else CheckStatus.PASSED,
        detail=detail,
    )


def _reversals(standing: Standing) -> Message:
    if not standing.reversals:
        return message("Each institution was left out in turn; the order of the others held.")
    return message(
        "{cases}. The weighted score on a fixed scale does not depend on third parties.",
        cases=listing(
            message(
                "Without {third}, {now} is ahead of {before}",
                third=standing.register.name(reversal.alternative),
                now=standing.register.name(pair[1]),
                before=standing.register.name(pair[0]),
            )
            for reversal in standing.reversals
            for pair in reversal.pairs
        ),
    )

"""Tables on where we stand overall."""

from __future__ import annotations

from analysis.competitor_comparison.facts import MARKS
from analysis.competitor_comparison.ranking import Standing
from analysis.competitor_comparison.tables.attributes import signed
from analysis.competitor_comparison.weights import ExpertPanel
from analysis.competitor_comparison.wording import MODES, in_unit, plain
from analysis.stats.pairwise_comparison import Revision
from analysis.tables import Column, Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Unit, message

VERDICTS = {
    "safe": message("safe"),
    "open": message("open"),
    "coin toss": message("coin toss"),
}


def ranks(standing: Standing) -> Table:
    """Score and rank by both rules, and how safe each place is."""
    register = standing.register
    rows: list[Row] = []
    undoubted = {place.alternative: place for place in standing.places_undoubted}
    for place in standing.places:
        i = standing.by_score.alternatives.index(place.alternative)
        rows.append(
            {
                "institution": register.name(place.alternative, standing.doubts[place.alternative]),
                "score": 100 * standing.by_score.scores[i],
                "topsis_rank": standing.by_topsis.ranks[i],
                "place": place.rank,
                "held": place.acceptability.value,
                "beats_next": place.beats_next.value if place.beats_next else None,
                "verdict": VERDICTS[place.verdict],
                "held_undoubted": undoubted[place.alternative].acceptability.value,
            }
        )
    return Table(
        name="ranks",
        caption=message("Rank by weighted score and by TOPSIS, and how safe each place is"),
        unit=Unit.NONE,
        columns=(
            Labels(name="institution", title=message("Institution")),
            Quantities(name="score", title=message("Weighted score, 0-100"), measure=Measure.COUNT),
            Quantities(name="topsis_rank", title=message("Rank by TOPSIS"), measure=Measure.COUNT),
            Quantities(name="place", title=message("Place on average"), measure=Measure.COUNT),
            Quantities(
                name="held", title=message("How often just this place"), measure=Measure.SHARE
            ),
            Quantities(
                name="beats_next",
                title=message("How often ahead of the next"),
                measure=Measure.SHARE,
            ),
            Labels(name="verdict", title=message("Place is")),
            Quantities(
                name="held_undoubted",
                title=message("The same, were all figures current and sound"),
                measure=Measure.SHARE,
            ),
        ),
        rows=tuple(rows),
        notes=(
            MARKS,
            message(
                "Weights and figures are drawn {draws} times. An old or doubtful figure is taken "
                "to be off by {doubt} of its criterion's range, a missing one stands at the median "
                "and may be off by half of the range.",
                draws=standing.acceptability.draws,
                doubt=plain(standing.rules.doubt_share, Measure.SHARE),
            ),
        ),
    )


def acceptability(standing: Standing) -> Table:
    """How often each institution takes each rank."""
    names = standing.acceptability.alternatives
    columns: list[Column] = [Labels(name="institution", title=message("Institution"))]
    columns += [
        Quantities(name=f"rank_{k}", title=message("Rank {rank}", rank=k), measure=Measure.SHARE)
        for k in range(1, len(names) + 1)
    ]
    rows: list[Row] = []
    for place in standing.places:
        i = names.index(place.alternative)
        shares = standing.acceptability.acceptability[i]
        rows.append(
            {
                "institution": standing.register.name(
                    place.alternative, standing.doubts[place.alternative]
                ),
                **{f"rank_{k}": share.value for k, share in enumerate(shares, start=1)},
            }
        )
    return Table(
        name="rank_acceptability",
        caption=message("How often each institution takes each rank when weights and figures vary"),
        unit=Unit.NONE,
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(MARKS,),
    )


def weights(standing: Standing) -> Table:
    """The weights of the criteria by each way there is."""
    weighing = standing.weighing
    columns: list[Column] = [Labels(name="criterion", title=message("Criterion"))]
    columns += [
        Quantities(name=mode, title=MODES[mode], measure=Measure.SHARE)
        for mode, there in _ways(standing)
        if there
    ]
    experts = weighing.panel.weights if weighing.panel else ()
    return Table(
        name="weights",
        caption=message("Weights of the criteria; in force: {mode}", mode=MODES[weighing.mode]),
        unit=Unit.NONE,
        columns=tuple(columns),
        rows=tuple(
            {
                "criterion": criterion.name,
                "given": weighing.given[i] if weighing.given else None,
                "entropy": weighing.entropy[i] if weighing.entropy else None,
                "ahp": experts[i] if experts else None,
            }
            for i, criterion in enumerate(weighing.criteria)
        ),
    )


def _ways(standing: Standing) -> tuple[tuple[str, bool], ...]:
    weighing = standing.weighing
    return (
        ("given", weighing.given is not None),
        ("ahp", bool(weighing.panel and weighing.panel.weights)),
        ("entropy", weighing.entropy is not None),
    )


def experts(standing: Standing, panel: ExpertPanel) -> Table:
    """How consistent each expert is, and which judgement to revisit."""
    names = {criterion.key: criterion.name for criterion in standing.weighing.criteria}

    def revision(found: Revision | None) -> Message:
        if found is None:
            return message("none")
        return message(
            "{first} over {second}: {stated} stated, {suggested} fits best",
            first=names[found.first],
            second=names[found.second],
            stated=plain(found.stated, Measure.NUMBER),
            suggested=plain(found.suggested, Measure.NUMBER),
        )

    return Table(
        name="experts",
        caption=message("How consistent each expert's judgements are, and which to ask again"),
        unit=Unit.NONE,
        columns=(
            Labels(name="expert", title=message("Expert")),
            Quantities(name="ratio", title=message("Consistency ratio"), measure=Measure.NUMBER),
            Labels(name="accepted", title=message("Accepted")),
            Labels(name="used", title=message("Weights use it")),
            Labels(name="revise", title=message("Judgement to revisit first")),
            Quantities(name="after", title=message("Ratio after that"), measure=Measure.NUMBER),
        ),
        rows=tuple(
            {
                "expert": expert,
                "ratio": found.consistency_ratio,
                "accepted": _yes(found.accepted),
                "used": _yes(expert in panel.used),
                "revise": revision(found.revise_first),
                "after": found.revise_first.consistency_ratio if found.revise_first else None,
            }
            for expert, found in panel.experts.items()
        ),
        notes=(
            message(
                "A ratio of up to {ratio} is accepted.",
                ratio=plain(standing.rules.accepted_ratio, Measure.NUMBER),
            ),
        ),
    )


def _yes(value: object) -> Message:
    return message("yes") if value else message("no")


def overtakings(standing: Standing) -> Table:
    """The smallest change of each criterion that draws level with the place ahead."""
    criteria = {criterion.key: criterion for criterion in standing.weighing.criteria}
    rows: list[Row] = []
    for step in standing.overtakings:
        criterion = criteria[step.criterion]
        rows.append(
            {
                "criterion": criterion.name,
                "ahead": standing.register.name(step.ahead, standing.doubts[step.ahead]),
                "current": in_unit(step.current, criterion.unit),
                "needed": message("out of reach")
                if step.value is None
                else in_unit(step.value, criterion.unit),
                "change": message("out of reach")
                if step.change is None
                else signed(step.change, criterion.unit),
                "share_of_range": step.share_of_range,
            }
        )
    return Table(
        name="overtaking",
        caption=message("What would move us up one place: the change of one criterion alone"),
        unit=Unit.NONE,
        columns=(
            Labels(name="criterion", title=message("Criterion")),
            Labels(name="ahead", title=message("Draws level with")),
            Labels(name="current", title=message("Today")),
            Labels(name="needed", title=message("Needed")),
            Labels(name="change", title=message("Change")),
            Quantities(
                name="share_of_range",
                title=message("Change as share of the range"),
                measure=Measure.SHARE,
            ),
        ),
        rows=tuple(rows),
        notes=(MARKS,),
    )

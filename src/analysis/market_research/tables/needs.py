"""Tables on needs."""

from __future__ import annotations

from analysis.market_research.features import Feature
from analysis.market_research.names import level_name
from analysis.market_research.needs import GroupNeed, Needs, Topic
from analysis.market_research.tables.satisfaction import correction_name
from analysis.market_research.wording import value_alone
from analysis.probabilities import probability
from analysis.results import Estimate
from analysis.stats.kano import CLASSES
from analysis.stats.survey_design import DesignEstimate
from analysis.tables import Column, Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Unit, message

CLASS_NAMES = {
    "must_be": message("must-be"),
    "one_dimensional": message("one-dimensional"),
    "attractive": message("attractive"),
    "indifferent": message("indifferent"),
    "reverse": message("reverse"),
    "questionable": message("questionable"),
}
_UNMET_NOTE = message(
    "Unmet-need index, 0 to 20 (Ulwick 2005): ten times the share that holds the topic important "
    "(answers 4 and 5), plus ten times what that exceeds the share that finds it met. Above 10 is "
    "read as underserved."
)


def unmet(needs: Needs) -> Table:
    """Importance, how well it is met, and the index, the most unmet first."""
    return Table(
        name="unmet_needs",
        caption=message("Importance against satisfaction, the most unmet need first"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="topic", title=message("Need")),
            Counts(name="n", title=message("Answers"), adds_up=False),
            Counts(name="n_important", title=message("Important"), adds_up=False, shown=False),
            Counts(name="n_met", title=message("Met"), adds_up=False, shown=False),
            Quantities(
                name="important",
                title=message("Important (4, 5)"),
                measure=Measure.SHARE,
                n="n",
                part="n_important",
            ),
            Quantities(
                name="met",
                title=message("Met (4, 5)"),
                measure=Measure.SHARE,
                n="n",
                part="n_met",
            ),
            Quantities(
                name="unmet",
                title=message("Unmet-need index"),
                measure=Measure.NUMBER,
                n="n_important",
                part="n_met",
            ),
        ),
        rows=tuple(_unmet_row(topic) for topic in needs.ranked),
        notes=(_UNMET_NOTE,),
    )


def _unmet_row(topic: Topic) -> Row:
    return {
        "topic": topic.name,
        "n": topic.unmet.n if topic.unmet else 0,
        "n_important": topic.counts["important"],
        "n_met": topic.counts["met"],
        "important": _value(topic.important),
        "met": _value(topic.met),
        "unmet": _value(topic.unmet),
    }


def _value(found: DesignEstimate | None) -> Estimate | None:
    return found.estimate if found else None


def by_segment(needs: Needs) -> Table:
    """How each segment's need differs from that of all others, the largest first."""
    compared = [group for group in needs.groups if group.above_others]
    rows: list[Row] = [
        {
            "topic": needs.name(group.topic),
            "segment": level_name("segment", group.segment, needs.field.regions),
            "n": group.share.n,
            "n_needing": group.n_needing,
            "above": group.above_others,
            "p_value": message("–")
            if group.corrected_p_value is None
            else probability(group.corrected_p_value),
            "stands": message("yes") if group.stands else message("no"),
        }
        for group in sorted(compared, key=_gap)
    ]
    return Table(
        name="need_by_segment",
        caption=message(
            "Of {n} shares of a segment less that of all others, {stands} are beyond chance",
            n=needs.comparisons,
            stands=sum(group.stands for group in needs.groups),
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="topic", title=message("Need")),
            Labels(name="segment", title=message("Segment")),
            Counts(name="n", title=message("Answers"), adds_up=False),
            Counts(name="n_needing", title=message("Needing"), adds_up=False, shown=False),
            Quantities(
                name="above",
                title=message("Less the others"),
                measure=Measure.POINTS,
                n="n",
                part="n_needing",
            ),
            Labels(name="p_value", title=message("Corrected p"), n="n_needing"),
            Labels(name="stands", title=message("Beyond chance")),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "The p values count all {n} comparisons ({method}).",
                n=needs.comparisons,
                method=correction_name(needs.rules.correction),
            ),
        ),
    )


def _gap(group: GroupNeed) -> float:
    return -group.above_others.value if group.above_others else 0.0


def segment_heat(needs: Needs) -> Table:
    """Need by segment as a grid, for the figure."""
    segments = tuple(dict.fromkeys(group.segment for group in needs.groups))
    topics = tuple(dict.fromkeys(group.topic for group in needs.groups))
    cells = {(group.topic, group.segment): group for group in needs.groups}
    columns: list[Column] = [Labels(name="topic", title=message("Need"))]
    for segment in segments:
        title = message("{name}", name=level_name("segment", segment, needs.field.regions))
        columns += [
            Counts(name=f"n_{segment}", title=title, adds_up=False, shown=False),
            Counts(name=f"k_{segment}", title=title, adds_up=False, shown=False),
            Quantities(
                name=segment,
                title=title,
                measure=Measure.SHARE,
                n=f"n_{segment}",
                part=f"k_{segment}",
            ),
        ]
    rows: list[Row] = []
    for topic in topics:
        row: dict[str, object] = {"topic": needs.name(topic)}
        for segment in segments:
            group = cells.get((topic, segment))
            row[f"n_{segment}"] = group.share.n if group else None
            row[f"k_{segment}"] = group.n_needing if group else None
            row[segment] = group.share.estimate.value if group else None
        rows.append(row)  # type: ignore[arg-type]
    return Table(
        name="needs_heat",
        caption=message("Who needs what: share of each segment"),
        unit=Unit.CUSTOMERS,
        columns=tuple(columns),
        rows=tuple(rows),
    )


def against_held(needs: Needs) -> Table:
    """Need against what is held."""
    rows: list[Row] = [
        {
            "topic": topic.name,
            "n": topic.held.n,
            **{f"n_{name}": topic.counts[name] for name in ("need", "held", "unserved", "idle")},
            "need": _value(topic.need),
            "held": _value(topic.held),
            "unserved": _value(topic.unserved),
            "idle": _value(topic.idle),
        }
        for topic in needs.topics
        if topic.held is not None
    ]
    titles = (
        ("need", message("Need it")),
        ("held", message("Hold it")),
        ("unserved", message("Needed, not held")),
        ("idle", message("Held, not needed")),
    )
    first = needs.most_unserved
    return Table(
        name="need_against_held",
        caption=message("Need against what is held")
        if first is None or first.unserved is None
        else message(
            "Most needed without being held with us: {topic}, by {share} of the customers",
            topic=first.name,
            share=value_alone(first.unserved, Measure.SHARE),
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="topic", title=message("Need")),
            Counts(name="n", title=message("Answers"), adds_up=False),
            *(
                Counts(name=f"n_{name}", title=title, adds_up=False, shown=False)
                for name, title in titles
            ),
            *(
                Quantities(name=name, title=title, measure=Measure.SHARE, n="n", part=f"n_{name}")
                for name, title in titles
            ),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "Held with us on the first day of the wave; what is held elsewhere is unknown."
            ),
        ),
    )


def kano(features: tuple[Feature, ...]) -> Table:
    """The classes of each feature and Berger's coefficients."""
    rows: list[Row] = [
        {
            "feature": feature.name,
            "class": CLASS_NAMES[feature.kano.most],
            "n": feature.n,
            **{f"n_{k}": count for k, count in enumerate(feature.counts)},
            "n_most": feature.counts[CLASSES.index(feature.kano.most)],
            "certainty": feature.kano.certainty,
            **dict(zip(CLASSES, feature.kano.shares, strict=True)),
            "satisfaction": feature.kano.satisfaction,
            "dissatisfaction": feature.kano.dissatisfaction,
        }
        for feature in features
    ]
    return Table(
        name="kano",
        caption=message("Kano classes of the features"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="feature", title=message("Feature")),
            Labels(name="class", title=message("Class")),
            Counts(name="n", title=message("Answers")),
            Counts(name="n_most", title=message("Class"), adds_up=False, shown=False),
            *(
                Counts(name=f"n_{k}", title=CLASS_NAMES[name], shown=False)
                for k, name in enumerate(CLASSES)
            ),
            Quantities(
                name="certainty",
                title=message("Certainty"),
                measure=Measure.NUMBER,
                n="n",
                part="n_most",
            ),
            *(
                Quantities(
                    name=name,
                    title=CLASS_NAMES[name],
                    measure=Measure.SHARE,
                    n="n",
                    part=f"n_{k}",
                )
                for k, name in enumerate(CLASSES)
            ),
            Quantities(
                name="satisfaction",
                title=message("Pleases if there (0 to 1)"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="dissatisfaction",
                title=message("Annoys if missing (-1 to 0)"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(rows),
        total_column="n",
        notes=(
            message(
                "Weighted to the population. Certainty: probability that the class is that of "
                "most customers. The coefficients are those of Berger and others (1993)."
            ),
        ),
    )

"""What do they need? Need by segment, importance against satisfaction, need against holdings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.market_research.fieldwork import Fieldwork, Wave, cell_keys, respondents
from analysis.market_research.opinions import into_cells, side_by_side, sums
from analysis.market_research.refusals import refusal
from analysis.market_research.rules import SurveyRules
from analysis.results import Estimate
from analysis.stats.inputs import Floats
from analysis.stats.multiple_outcomes import correct_tests
from analysis.stats.survey_contrasts import contrasts
from analysis.stats.survey_design import DesignEstimate, domain_means
from analysis.text import Words, message

ASKED = ("need", "importance", "need_satisfaction")
_MOST_CELLS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNeed:
    """How many of a segment need a topic.

    Attributes
    ----------
    topic, segment : str
    share : DesignEstimate
    n_needing : int
        Unweighted.
    above_others : Estimate or None
        Less the share among all other segments.
    corrected_p_value : float or None
    stands : bool
    """

    topic: str
    segment: str
    share: DesignEstimate
    n_needing: int
    above_others: Estimate | None
    corrected_p_value: float | None
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of need, over the whole scope.

    Attributes
    ----------
    key : str
    name : Words
    need : DesignEstimate or None
        Share that needs it.
    important, met : DesignEstimate or None
        Share of answers 4 and 5 on importance, and on how well the bank meets it.
    unmet : DesignEstimate or None
        Unmet-need index, 0 to 20: ten times the share that holds it important, plus ten
        times what that exceeds the share that finds it met (Ulwick 2005).
    held, unserved, idle : DesignEstimate or None
        Share that holds a product of the kind; that needs and does not hold; that holds
        and does not need.
    counts : dict of str to int
        Unweighted answers behind each share, by its name.
    """

    key: str
    name: Words
    need: DesignEstimate | None
    important: DesignEstimate | None
    met: DesignEstimate | None
    unmet: DesignEstimate | None
    held: DesignEstimate | None
    unserved: DesignEstimate | None
    idle: DesignEstimate | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The answer to what customers need.

    Attributes
    ----------
    field : Fieldwork
    topics : tuple of Topic
        In the order of the questions.
    groups : tuple of GroupNeed
    comparisons : int
    rules : SurveyRules
    """

    field: Fieldwork
    topics: tuple[Topic, ...]
    groups: tuple[GroupNeed, ...]
    comparisons: int
    rules: SurveyRules

    @property
    def ranked(self) -> tuple[Topic, ...]:
        """Topics with an unmet-need index, the most unmet first."""
        known = [topic for topic in self.topics if topic.unmet]
        return tuple(sorted(known, key=lambda topic: -unmet_value(topic)))

    @property
    def most_unserved(self) -> Topic | None:
        """The topic that most need and do not hold with us."""
        known = [topic for topic in self.topics if topic.unserved]
        return max(
            known,
            key=lambda topic: topic.unserved.estimate.value if topic.unserved else 0.0,
            default=None,
        )

    def name(self, topic: str) -> Words:
        """Name a topic."""
        return next(found.name for found in self.topics if found.key == topic)


def unmet_value(topic: Topic) -> float:
    """Give the unmet-need index, below all where there is none."""
    return topic.unmet.estimate.value if topic.unmet else -1.0


def what_they_need(
    bank: Bank, field: Fieldwork | NotAssessed, *, rules: SurveyRules, confidence: float
) -> Needs | NotAssessed:
    """Estimate needs by segment, what is unmet, and what is needed and not held.

    Parameters
    ----------
    bank : Bank
        Uses ``survey_answers``, ``survey_items`` and, for what is held, ``holdings`` and
        ``products``.
    field : Fieldwork or NotAssessed
    rules : SurveyRules
    confidence : float
    """
    if isinstance(field, NotAssessed):
        return field
    question = message("What do they need?")
    names = {item.topic: item.label for item in field.of_kind(*ASKED) if item.topic}
    if not names:
        return NotAssessed(
            name="needs", question=question, reason=message("nobody was asked for needs.")
        )
    counts = _count(bank, field)
    try:
        topics = tuple(
            _topic(field, counts, key, name, rules=rules, confidence=confidence)
            for key, name in names.items()
        )
        groups, comparisons = _by_segment(field, counts, tuple(names), rules, confidence)
    except EstimationError as refused:
        return NotAssessed(name="needs", question=question, reason=refusal(refused))
    return Needs(field=field, topics=topics, groups=groups, comparisons=comparisons, rules=rules)


def _count(bank: Bank, field: Fieldwork) -> pd.DataFrame:
    """Count people by cell, topic, need, importance, how well it is met, and holding."""
    wave = field.now
    people = respondents(bank, wave)
    items = bank.table("survey_items").filter(_.kind.isin(ASKED) & _.topic.notnull())
    answers = bank.table("survey_answers").join(items, "item_id")
    turned = ibis.ifelse(
        answers.high_is_good, answers.value, answers.scale_low + answers.scale_high - answers.value
    )
    marked = answers.select(
        "invitation_id",
        "topic",
        "kind",
        high=ibis.ifelse(
            answers.kind == "need",
            turned >= answers.scale_high,
            turned >= answers.scale_high - 1,
        ).cast("int64"),
    )
    wide = marked.group_by(["invitation_id", "topic"]).aggregate(
        **{kind: _.high.max(where=_.kind == kind) for kind in ASKED}
    )
    joined = _with_holdings(bank, wide.join(people, "invitation_id"), wave.starts_on)
    keys = [*cell_keys(wave), "topic", *ASKED, "held"]
    counts = collect(joined.group_by(keys).aggregate(n=joined.count()), max_rows=_MOST_CELLS)
    return into_cells(counts, wave)


def _with_holdings(bank: Bank, rows: ir.Table, day: dt.date) -> ir.Table:
    """Say who held a product of the topic's family on a day; missing where that is unknown."""
    if not (bank.has("holdings") and bank.has("products", "family")):
        return rows.mutate(held=ibis.null("int64"))
    holdings, products = bank.table("holdings"), bank.table("products")
    open_then = holdings.filter(
        (holdings.opened_on <= ibis.literal(day))
        & (holdings.closed_on.isnull() | (holdings.closed_on > ibis.literal(day)))
    )
    sold = collect(products.select("family").distinct(), max_rows=10_000).family.dropna()
    families = products.select("product_id", "family")
    held = open_then.join(families, "product_id").select("customer_id", "family").distinct()
    joined = rows.left_join(held, [rows.customer_id == held.customer_id, rows.topic == held.family])
    known = _.topic.isin(list(sold)) & _.customer_id.notnull()
    return joined.mutate(held=known.ifelse(_.family.notnull().cast("int64"), ibis.null("int64")))


def _topic(
    field: Fieldwork,
    counts: pd.DataFrame,
    key: str,
    name: Words,
    *,
    rules: SurveyRules,
    confidence: float,
) -> Topic:
    rows = counts[counts.topic == key]
    need, important = rows["need"], rows["importance"]
    met, held = rows["need_satisfaction"], rows["held"]
    columns = {
        "need": need,
        "important": important,
        "met": met,
        "held": held,
        "unserved": need * (1 - held),
        "idle": held * (1 - need),
    }
    found = _estimate(field.now, rows, columns, rules, confidence, share=True)
    unmet = None
    if found["important"] and found["met"]:
        more = found["important"].estimate.value > found["met"].estimate.value
        score = 20 * important - 10 * met if more else 10 * important + 0 * met
        unmet = _estimate(field.now, rows, {"unmet": score}, rules, confidence, share=False)[
            "unmet"
        ]
    return Topic(
        key=key,
        name=name,
        unmet=unmet,
        counts={
            label: round(float((values.fillna(0) * rows.n).sum()))
            for label, values in columns.items()
        },
        **found,
    )


def _estimate(
    wave: Wave,
    rows: pd.DataFrame,
    columns: dict[str, pd.Series],
    rules: SurveyRules,
    confidence: float,
    *,
    share: bool,
) -> dict[str, DesignEstimate | None]:
    parts = [_column(rows, values, len(wave.cells)) for values in columns.values()]
    found = domain_means(
        wave.design,
        side_by_side(parts),
        kind="share" if share else "mean",
        confidence=confidence,
        fewest=rules.fewest_answers,
    )
    return dict(zip(columns, found, strict=True))


def _column(
    rows: pd.DataFrame, values: pd.Series, size: int, group: Floats | None = None
) -> tuple[Floats, Floats, Floats]:
    """Sum a column of scores by cell; who gave no answer is left out."""
    given = values.notna().to_numpy()
    cell = rows.cell.to_numpy()[given]
    n = rows.n.to_numpy(dtype=np.float64)[given]
    if group is not None:
        n = n * group[cell]
    return sums(cell, n, values.to_numpy(dtype=np.float64)[given], size)


def _by_segment(
    field: Fieldwork,
    counts: pd.DataFrame,
    topics: tuple[str, ...],
    rules: SurveyRules,
    confidence: float,
) -> tuple[tuple[GroupNeed, ...], int]:
    variable = "segment" if "segment" in field.variables else "age_band"
    levels, wave, size = field.levels(variable), field.now, len(field.now.cells)
    pairs = [(topic, level) for topic in topics for level in levels]
    inside, outside = [], []
    for topic, level in pairs:
        rows = counts[counts.topic == topic]
        group = wave.group(variable, level)
        inside.append(_column(rows, rows["need"], size, group))
        outside.append(_column(rows, rows["need"], size, 1 - group))
    if not pairs:
        return (), 0
    own = side_by_side(inside)
    fewest = rules.fewest_answers
    shares = domain_means(wave.design, own, kind="share", confidence=confidence, fewest=fewest)
    gaps = contrasts(wave.design, own, side_by_side(outside), confidence=confidence, fewest=fewest)
    p_values = {str(k): gap[1] for k, gap in enumerate(gaps) if gap is not None}
    tests = (
        correct_tests(p_values, method=rules.correction, confidence=confidence) if p_values else ()
    )
    corrected = {int(test.name): test for test in tests}
    groups = []
    for k, ((topic, level), share, gap) in enumerate(zip(pairs, shares, gaps, strict=True)):
        if share is None:
            continue
        test = corrected.get(k)
        groups.append(
            GroupNeed(
                topic=topic,
                segment=level,
                share=share,
                n_needing=round(float(own.total[:, k].sum())),
                above_others=gap[0] if gap else None,
                corrected_p_value=test.corrected_p_value if test else None,
                stands=test.stands if test else False,
            )
        )
    return tuple(groups), len(p_values)

"""How satisfied are they? By question and group, and what changed since the last wave."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.errors import EstimationError
from analysis.market_research.fieldwork import Fieldwork
from analysis.market_research.opinions import (
    Opinions,
    Score,
    as_answered,
    counted,
    estimate,
    in_top_two,
    promoter_score,
    read_wave,
)
from analysis.market_research.questions import Item
from analysis.market_research.refusals import refusal
from analysis.market_research.rules import SurveyRules
from analysis.results import Estimate
from analysis.stats.inputs import Floats
from analysis.stats.multiple_outcomes import correct_tests
from analysis.stats.survey_contrasts import difference
from analysis.stats.survey_design import DesignEstimate, Kind
from analysis.text import message

ASKED_OF = ("step_satisfaction", "channel_satisfaction", "product_satisfaction")
_TURNS: tuple[tuple[str, Score, Kind], ...] = (
    ("mean", as_answered, "mean"),
    ("top_two", in_top_two, "share"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Now less the wave before, alone and counted with all other comparisons.

    Attributes
    ----------
    change : Estimate
    p_value, corrected_p_value : float
    stands : bool
    """

    change: Estimate
    p_value: float
    corrected_p_value: float
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfied:
    """One question, or one group's answers to the question on overall satisfaction.

    Attributes
    ----------
    item : Item
    variable, level : str
        Of the group; empty for a question that all were asked.
    mean, top_two : DesignEstimate
    promoters : DesignEstimate or None
        Net promoter score; None where the group was not asked, or of a step.
    n_top : int
        Unweighted answers that are among the two best.
    before : DesignEstimate or None
        The mean of the wave before.
    change : Change or None
        Of the mean.
    """

    item: Item
    variable: str
    level: str
    mean: DesignEstimate
    top_two: DesignEstimate
    promoters: DesignEstimate | None
    n_top: int
    before: DesignEstimate | None
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Satisfaction:
    """The answer to how satisfied customers are.

    Attributes
    ----------
    field : Fieldwork
    rows : tuple of Satisfied
        The first is overall satisfaction of all.
    changes : dict of str to Estimate
        Of the mean, the share satisfied and the promoter score of all.
    comparisons : int
        How many changes were looked at together.
    rules : SurveyRules
    """

    field: Fieldwork
    rows: tuple[Satisfied, ...]
    changes: dict[str, Estimate]
    comparisons: int
    rules: SurveyRules

    @property
    def overall(self) -> Satisfied:
        """All of the scope, on their satisfaction as a whole."""
        return self.rows[0]

    @property
    def questions(self) -> tuple[Satisfied, ...]:
        """Steps, channels and products."""
        return tuple(row for row in self.rows[1:] if not row.variable)

    @property
    def groups(self) -> tuple[Satisfied, ...]:
        """Age bands, regions and other groups."""
        return tuple(row for row in self.rows if row.variable)

    @property
    def moved(self) -> tuple[Satisfied, ...]:
        """What changed beyond chance, all comparisons counted."""
        return tuple(row for row in self.rows if row.change and row.change.stands)


def how_satisfied(
    bank: Bank,
    field: Fieldwork | NotAssessed,
    opinions: Opinions | NotAssessed,
    *,
    rules: SurveyRules,
    confidence: float,
) -> Satisfaction | NotAssessed:
    """Estimate satisfaction by question and group, and its change since the last wave.

    Parameters
    ----------
    bank : Bank
        Uses ``survey_answers`` for the wave before.
    field, opinions
        Of the last wave.
    rules : SurveyRules
    confidence : float
    """
    if isinstance(field, NotAssessed):
        return field
    if isinstance(opinions, NotAssessed):
        return opinions
    question = message("How satisfied are they?")
    columns = _columns(field, opinions)
    if not columns:
        return NotAssessed(
            name="satisfaction",
            question=question,
            reason=message("nobody was asked for overall satisfaction."),
        )
    before = read_wave(bank, field.before) if field.before else None
    try:
        rows, changes = _estimate_rows(
            field, opinions, before, columns, rules=rules, confidence=confidence
        )
    except EstimationError as refused:
        return NotAssessed(name="satisfaction", question=question, reason=refusal(refused))
    if not rows or rows[0].variable or rows[0].item.kind != "overall_satisfaction":
        return NotAssessed(
            name="satisfaction",
            question=question,
            reason=message("too few answers to the question on overall satisfaction."),
        )
    return Satisfaction(
        field=field,
        rows=rows,
        changes=changes,
        comparisons=sum(row.change is not None for row in rows),
        rules=rules,
    )


_Columns = list[tuple[Item, str, str]]


def _columns(field: Fieldwork, opinions: Opinions) -> _Columns:
    """List questions and groups, the overall one first."""
    overall = field.of_kind("overall_satisfaction")[:1]
    asked = set(opinions.counts.item_id)
    found: _Columns = [(item, "", "") for item in overall if item.key in asked]
    if not found:
        return []
    found += [(item, "", "") for item in field.of_kind(*ASKED_OF) if item.key in asked]
    for variable in field.variables:
        levels = field.levels(variable)
        if len(levels) > 1:
            found += [(overall[0], variable, level) for level in levels]
    return found


def _groups(opinions: Opinions, columns: _Columns) -> list[Floats | None]:
    return [
        opinions.wave.group(variable, level) if variable else None for _, variable, level in columns
    ]


def _estimate_rows(
    field: Fieldwork,
    opinions: Opinions,
    before: Opinions | None,
    columns: _Columns,
    *,
    rules: SurveyRules,
    confidence: float,
) -> tuple[tuple[Satisfied, ...], dict[str, Estimate]]:
    now = _measure(field, opinions, columns, rules=rules, confidence=confidence)
    then = _measure(field, before, columns, rules=rules, confidence=confidence) if before else None
    n_top = counted(
        opinions,
        [
            (item, group)
            for (item, _, _), group in zip(columns, _groups(opinions, columns), strict=True)
        ],
        in_top_two,
    )
    kept = [j for j in range(len(columns)) if now["mean"][j] and now["top_two"][j]]
    changes = _changes(now["mean"], then["mean"] if then else None, kept, rules, confidence)
    rows = tuple(
        Satisfied(
            item=columns[j][0],
            variable=columns[j][1],
            level=columns[j][2],
            mean=now["mean"][j],  # type: ignore[arg-type]
            top_two=now["top_two"][j],  # type: ignore[arg-type]
            promoters=now["promoters"][j],
            n_top=n_top[j],
            before=then["mean"][j] if then else None,
            change=changes.get(j),
        )
        for j in kept
    )
    of_all = {}
    for name, found in now.items():
        old = then[name][0] if then else None
        if found[0] and old:
            of_all[name] = difference(found[0], old, confidence=confidence)[0]
    return rows, of_all


def _measure(
    field: Fieldwork,
    opinions: Opinions,
    columns: _Columns,
    *,
    rules: SurveyRules,
    confidence: float,
) -> dict[str, tuple[DesignEstimate | None, ...]]:
    groups = _groups(opinions, columns)
    found = {
        name: estimate(
            opinions,
            [(item, group) for (item, _, _), group in zip(columns, groups, strict=True)],
            score,
            kind=kind,
            confidence=confidence,
            fewest=rules.fewest_answers,
        )
        for name, score, kind in _TURNS
    }
    recommend = field.of_kind("recommendation")[:1]
    scores: tuple[DesignEstimate | None, ...] = (None,) * len(columns)
    if recommend:
        by_group = estimate(
            opinions,
            [(recommend[0], group) for group in groups],
            promoter_score,
            confidence=confidence,
            fewest=rules.fewest_answers,
        )
        scores = tuple(
            value if item.kind == "overall_satisfaction" else None
            for value, (item, _, _) in zip(by_group, columns, strict=True)
        )
    return {**found, "promoters": scores}


def _changes(
    now: tuple[DesignEstimate | None, ...],
    then: tuple[DesignEstimate | None, ...] | None,
    kept: list[int],
    rules: SurveyRules,
    confidence: float,
) -> dict[int, Change]:
    """Compare each mean with the wave before, and correct for how many there are."""
    if then is None:
        return {}
    found: dict[int, tuple[Estimate, float]] = {}
    for j in kept:
        new, old = now[j], then[j]
        if new is not None and old is not None:
            found[j] = difference(new, old, confidence=confidence)
    if not found:
        return {}
    corrected = correct_tests(
        {str(j): p_value for j, (_, p_value) in found.items()},
        method=rules.correction,
        confidence=confidence,
    )
    return {
        int(test.name): Change(
            change=found[int(test.name)][0],
            p_value=test.p_value,
            corrected_p_value=test.corrected_p_value,
            stands=test.stands,
        )
        for test in corrected
    }

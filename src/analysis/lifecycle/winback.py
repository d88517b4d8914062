"""Who can be won back: how likely gone, what they would bring, and whether they can be reached."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.definitions import StageRules, months_before
from analysis.lifecycle.purchases import MAX_CELLS, CountBy, customer_histories, weeks_watched
from analysis.lifecycle.rules import WinBackTerms
from analysis.lifecycle.value import ExpectedValue
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import bg_nbd, gamma_gamma
from analysis.stats.bg_nbd import BgNbd, probability_active
from analysis.stats.concentration import two_largest_share
from analysis.stats.gamma_gamma import GammaGamma, conditional_mean_value
from analysis.stats.purchase_cells import TIME_UNITS_PER_YEAR, FloatArray, PurchaseCells
from analysis.stats.purchase_totals import find_pairs
from analysis.stats.simulated_intervals import draw_parameters, estimate_from_draws
from analysis.text import Message, message

QUESTION = message("Who can be won back, and what would it bring?")
UNKNOWN_SEGMENT = "unknown"

METHOD = Method(
    name=message("Return of winning back: probability of having left, value and reach combined"),
    citation="Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). RFM and CLV: using iso-value "
    "curves for customer base analysis. Journal of Marketing Research 42, 415-430. Stauss, B., & "
    "Friege, C. (1999). Regaining service customers. Journal of Service Research 1, 347-361.",
    assumptions=(
        message(
            "Contact brings back the stated share of those who have left, and changes nothing for "
            "those who have not."
        ),
        message("Whoever is won back buys as before, for as long as before."),
        message(
            "The share won back, the margin and the cost of a contact are parameters, not "
            "estimates: the intervals do not hold their uncertainty."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WinBackSegment:
    """The silent customers of a segment.

    Attributes
    ----------
    segment : str
        Of the contract; empty for all together.
    silent : int
        Silent for as long as the rules of dormancy say, relationship not closed.
    reachable : int
        Of them, those who may be contacted.
    active_share : Estimate
        Mean probability of still being active among the reachable.
    returning_cny : Estimate
        Expected of the reachable within the horizon without any contact.
    left_value_cny : Estimate
        What those among them who have left would bring if they were back.
    return_cny : Estimate
        Margin on what is won back, less the cost of contacting all the reachable; the
        interval holds the chance of who comes back and what they buy.
    break_even_per_thousand : Estimate or None
        Of a thousand who have left, those to be won back at which the return is zero;
        None where nothing could be won.
    top_two_share : float
        Share of `left_value_cny` that the two largest contributors hold.
    """

    segment: str
    silent: int
    reachable: int
    active_share: Estimate
    returning_cny: Estimate
    left_value_cny: Estimate
    return_cny: Estimate
    break_even_per_thousand: Estimate | None
    top_two_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WinBack:
    """Sizes and expected return of winning back, by segment and in all.

    Attributes
    ----------
    silent_months, horizon_months : int
    terms : WinBackTerms
    segments : tuple of WinBackSegment
        By return, the largest first.
    total : WinBackSegment
    """

    silent_months: int
    horizon_months: int
    terms: WinBackTerms
    segments: tuple[WinBackSegment, ...]
    total: WinBackSegment

    @property
    def worthwhile(self) -> tuple[WinBackSegment, ...]:
        """Segments whose return lies above zero beyond noise, under the terms."""
        return tuple(segment for segment in self.segments if segment.return_cny.low > 0)

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return bg_nbd.METHOD, gamma_gamma.METHOD, METHOD


def win_back(  # noqa: PLR0913 - each is a parameter of the report
    bank: Bank,
    value: ExpectedValue | NotAssessed,
    *,
    as_of: dt.date,
    rules: StageRules,
    terms: WinBackTerms,
    count_by: CountBy,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> WinBack | NotAssessed:
    """Size the silent customers and expect what contacting them would return.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions`` and ``customers.reachable``.
    value : ExpectedValue or NotAssessed
        The fitted models.
    as_of : date
    rules : StageRules
        Silent is who has not bought for `dormant_after_months`.
    terms : WinBackTerms
    count_by : {"transaction", "day"}
        As for `value`.
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    WinBack or NotAssessed
        Not assessed without models, without knowing who may be contacted, or where
        nobody who may be contacted is silent.

    Source
    ------
    Fader, Hardie and Lee (2005) for the value; Stauss and Friege (1999) for the sorting
    of lost customers by what winning them back returns.
    """
    reason = _reason_not_to(bank, value)
    if reason is not None or isinstance(value, NotAssessed) or value.gamma_gamma is None:
        return NotAssessed(name="win_back", question=QUESTION, reason=reason or _NO_VALUE)
    counted = _count_silent(bank, as_of=as_of, rules=rules, count_by=count_by)
    if not counted.reachable.any():
        return NotAssessed(
            name="win_back",
            question=QUESTION,
            reason=message("No customer who may be contacted has been silent for so long."),
        )
    group = _Silent(counted, value.bg_nbd, value.gamma_gamma, count_by)
    horizon = value.horizon_months * TIME_UNITS_PER_YEAR["weeks"] / 12
    drawn = group.draw(horizon, rng=rng, draws=draws)
    chance = rng.standard_normal(draws)
    found = [
        group.summarise(position, name, horizon, drawn, chance, terms, confidence)
        for position, name in enumerate(group.names)
        if group.reachable_in(position)
    ]
    return WinBack(
        silent_months=rules.dormant_after_months,
        horizon_months=value.horizon_months,
        terms=terms,
        segments=tuple(sorted(found, key=lambda s: s.return_cny.value, reverse=True)),
        total=group.summarise(None, "", horizon, drawn, chance, terms, confidence),
    )


_NO_VALUE = message("The amounts of these customers do not identify the value model.")


def _reason_not_to(bank: Bank, value: ExpectedValue | NotAssessed) -> Message | None:
    if not (bank.has("customers") and bank.has("customers", "reachable")):
        return message("The source does not say which customers may be contacted.")
    if isinstance(value, NotAssessed):
        return value.reason
    return _NO_VALUE if value.gamma_gamma is None else None


def _count_silent(
    bank: Bank, *, as_of: dt.date, rules: StageRules, count_by: CountBy
) -> pd.DataFrame:
    """Count silent customers by history, segment and reach, with their mean purchase."""
    histories = customer_histories(bank, as_of=as_of, count_by=count_by)
    customers = bank.table("customers")
    people = histories.join(customers, "customer_id")
    limit = (as_of - months_before(as_of, rules.dormant_after_months)).days
    people = people.select(
        frequency=histories.frequency,
        recency_days=histories.recency_days,
        age_days=histories.age_days,
        repeat_value=histories.repeat_value,
        segment=ibis.coalesce(customers.segment, UNKNOWN_SEGMENT)
        if "segment" in customers.columns
        else ibis.literal(UNKNOWN_SEGMENT),
        reachable=ibis.coalesce(customers.reachable, ibis.literal(False)),
        open=_is_open(customers, as_of),
    )
    silent = people.filter(people.open & (people.age_days - people.recency_days >= limit))
    keys = ["frequency", "recency_days", "age_days", "segment", "reachable", "repeat_value"]
    return collect(
        silent.group_by(keys).aggregate(customers=silent.count()).order_by(keys),
        max_rows=MAX_CELLS,
    )


def _is_open(customers: ir.Table, as_of: dt.date) -> ir.BooleanValue | ir.BooleanScalar:
    if "closed_on" not in customers.columns:
        return ibis.literal(True)
    still: ir.BooleanValue = customers.closed_on.isnull() | (
        customers.closed_on > ibis.literal(as_of)
    )
    return still


class _Silent:
    """The silent customers laid out by segment; sums over the reachable alone."""

    def __init__(
        self, counted: pd.DataFrame, fit: BgNbd, spend: GammaGamma, count_by: CountBy
    ) -> None:
        self.fit, self.spend = fit, spend
        names, position = np.unique(counted.segment.to_numpy(dtype=str), return_inverse=True)
        self.names: list[str] = names.tolist()
        reachable = counted.reachable.to_numpy(dtype=bool)
        customers = counted.customers.to_numpy(dtype=np.int64)
        self.silent = np.bincount(position, weights=customers, minlength=len(names))
        reached = counted[reachable]
        self.segment = position[reachable]
        self.cells = PurchaseCells(
            frequency=reached.frequency.to_numpy(),
            recency=reached.recency_days.to_numpy() / 7,
            age=weeks_watched(reached.age_days.to_numpy(), count_by=count_by),
            weight=reached.customers.to_numpy(),
            time_unit="weeks",
        )
        mean = reached.repeat_value.to_numpy(dtype=np.float64, na_value=np.nan)
        average = spend.p.value * spend.v.value / (spend.q.value - 1)
        known = np.where(mean > 0, mean, average)
        self.mean_value = np.where(self.cells.frequency > 0, known, 0.0)
        self.frequency, self.age, self.pair = find_pairs(self.cells)

    def reachable_in(self, position: int) -> int:
        """Count the reachable of a segment."""
        return int(self.cells.weight[self.segment == position].sum())

    def worth(self, buy: FloatArray, pay: FloatArray, horizon: float) -> FloatArray:
        """Value of one customer a cell within the horizon if active."""
        purchases = self.fit.formulas.purchases_if_active(buy, self.frequency, self.age, horizon)
        value = conditional_mean_value(pay, self.cells.frequency, self.mean_value)
        worth: FloatArray = purchases[self.pair] * value
        return worth

    def draw(self, horizon: float, *, rng: np.random.Generator, draws: int) -> FloatArray:
        """Sums by draw: active customers, their value, the value of those who left."""
        fit, spend, n = self.fit, self.spend, self.cells.weight
        buying = draw_parameters(fit.parameters, fit.log_covariance, rng=rng, draws=draws)
        spending = draw_parameters(spend.parameters, spend.log_covariance, rng=rng, draws=draws)
        spending[:, 1] = np.maximum(spending[:, 1], 1 + 1e-6)
        sums = np.empty((draws, 3, len(self.names)))
        for i, (buy, pay) in enumerate(zip(buying, spending, strict=True)):
            active = fit.formulas.probability_active(buy, self.cells)
            worth = self.worth(buy, pay, horizon)
            for k, each in enumerate((active, active * worth, (1 - active) * worth)):
                sums[i, k] = np.bincount(self.segment, weights=n * each, minlength=len(self.names))
        return sums

    def spread(
        self,
        inside: npt.NDArray[np.bool_],
        active: FloatArray,
        horizon: float,
        terms: WinBackTerms,
    ) -> float:
        """Standard deviation of the value won back, by who returns and how often they buy."""
        buy = self.fit.parameters
        formulas = self.fit.formulas
        mean = formulas.purchases_if_active(buy, self.frequency, self.age, horizon)
        square = formulas.squared_purchases_if_active(buy, self.frequency, self.age, horizon)
        value = conditional_mean_value(
            self.spend.parameters, self.cells.frequency, self.mean_value
        )[inside]
        back = terms.won_back_share * (1 - active)
        pair = self.pair[inside]
        variance = value**2 * (back * square[pair] - (back * mean[pair]) ** 2)
        return float(np.sqrt(self.cells.weight[inside] @ np.maximum(variance, 0.0)))

    def summarise(
        self,
        position: int | None,
        name: str,
        horizon: float,
        drawn: FloatArray,
        chance: FloatArray,
        terms: WinBackTerms,
        confidence: float,
    ) -> WinBackSegment:
        """Put a segment together, or all of them where `position` is None."""
        inside: npt.NDArray[np.bool_] = (
            np.ones(len(self.segment), dtype=bool) if position is None else self.segment == position
        )
        n = self.cells.weight[inside]
        reachable = int(n.sum())
        active = probability_active(self.fit, self.cells)[inside]
        worth = self.worth(self.fit.parameters, self.spend.parameters, horizon)[inside]
        sums = drawn.sum(axis=2) if position is None else drawn[:, :, position]
        left, left_drawn = float(n @ ((1 - active) * worth)), sums[:, 2]
        cost, gain = reachable * terms.contact_cost_cny, terms.won_back_share * terms.margin
        return WinBackSegment(
            segment=name,
            silent=int(self.silent.sum() if position is None else self.silent[position]),
            reachable=reachable,
            active_share=estimate_from_draws(
                float(n @ active) / reachable, sums[:, 0] / reachable, confidence
            ),
            returning_cny=estimate_from_draws(float(n @ (active * worth)), sums[:, 1], confidence),
            left_value_cny=estimate_from_draws(left, left_drawn, confidence),
            return_cny=estimate_from_draws(
                gain * left - cost,
                gain * left_drawn
                - cost
                + chance * terms.margin * self.spread(inside, active, horizon, terms),
                confidence,
            ),
            break_even_per_thousand=estimate_from_draws(
                1000 * cost / (terms.margin * left),
                1000 * cost / (terms.margin * left_drawn),
                confidence,
            )
            if left > 0 and (left_drawn > 0).all()
            else None,
            top_two_share=two_largest_share((1 - active) * worth, n),
        )

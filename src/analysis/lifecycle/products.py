"""Where each product stands in its life cycle, and what to do with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.lifecycle.adoption import (
    Curve,
    Product,
    Series,
    count_customers,
    fit_curve,
    read_series,
)
from analysis.lifecycle.product_exits import Exit, plan_exit
from analysis.lifecycle.product_facts import most_holdings, read_facts
from analysis.lifecycle.rules import ProductRules
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import adoption_draws, bass, proportions
from analysis.stats.adoption_draws import AdoptionDraws
from analysis.stats.proportions import share
from analysis.text import Message, message

QUESTION = message("Where does each product stand, and what should be done with it?")


class ProductStage(StrEnum):
    """Where a product stands."""

    INTRODUCTION = "introduction"
    GROWTH = "growth"
    MATURITY = "maturity"
    DECLINE = "decline"


class Role(StrEnum):
    """What the rules say to do with a product."""

    PROMOTE = "promote"
    OPTIMISE = "optimise"
    EXIT = "exit"
    KEEP = "keep"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductStanding:
    """One product: how it spread, who holds it, where it stands, what to do.

    Attributes
    ----------
    product : Product
    adopted : int
        Customers who have ever held it.
    holders : int
        Customers who hold it on the as-of date.
    balance_cny : float or None
        Of its open holdings; None without balances.
    balance_top_two : float
        Share of the balance that the two largest holders have.
    most_holdings, open_holdings : int
        Open holdings at the end of a month since launch: the most ever, and now.
    came, left : int
        Holdings begun and ended in the last twelve months.
    holders_year_ago : int
    yearly_loss : Estimate or None
        Of the holders a year ago, those who hold it no more; None without any.
    curve : Curve or None
    no_curve : Message or None
        Why there is no curve, and so no stage.
    stages : mapping of ProductStage to float
        Probabilities from draws; empty without a curve.
    role : Role
    """

    product: Product
    adopted: int
    holders: int
    balance_cny: float | None
    balance_top_two: float
    most_holdings: int
    open_holdings: int
    came: int
    left: int
    holders_year_ago: int
    yearly_loss: Estimate | None
    curve: Curve | None
    no_curve: Message | None
    stages: Mapping[ProductStage, float]
    role: Role

    @property
    def stage(self) -> ProductStage | None:
        """The most probable stage."""
        return max(self.stages, key=lambda stage: self.stages[stage]) if self.stages else None

    @property
    def certainty(self) -> float:
        """Probability of the most probable stage; 0 without one."""
        return max(self.stages.values(), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLifeCycles:
    """All products, and what to do with those to be given up."""

    standings: tuple[ProductStanding, ...]
    exits: tuple[Exit, ...]
    rules: ProductRules
    horizon_months: int

    @property
    def assessed(self) -> tuple[ProductStanding, ...]:
        """Products whose stage is assessed."""
        return tuple(standing for standing in self.standings if standing.stages)

    def having(self, role: Role) -> tuple[ProductStanding, ...]:
        """Give the products of a role."""
        return tuple(standing for standing in self.standings if standing.role is role)

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        found = [adoption_draws.METHOD, proportions.METHODS["share"]]
        if any(s.curve is not None and s.curve.least_squares for s in self.standings):
            found.insert(1, bass.METHOD_NONLINEAR)
        if self.exits:
            found.append(proportions.METHODS["change"])
        return tuple(found)


def product_life_cycles(
    bank: Bank,
    *,
    as_of: dt.date,
    rules: ProductRules,
    horizon_months: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> ProductLifeCycles | NotAssessed:
    """Say where each product stands and what the rules say to do with it.

    Parameters
    ----------
    bank : Bank
        Needs ``holdings`` and ``products``; uses ``customers``.
    as_of : date
    rules : ProductRules
    horizon_months : int
        How far ahead adoption is forecast.
    confidence : float
    rng : numpy.random.Generator
    draws : int
        Draws of curves; stages are shares of them.

    Returns
    -------
    ProductLifeCycles or NotAssessed

    Source
    ------
    Bass (1969); stages by the place on the curve as in Levitt, T. (1965), Exploit the
    product life cycle, Harvard Business Review 43, 81-94.
    """
    if not (bank.has("holdings") and bank.has("products")):
        return NotAssessed(
            name="products",
            question=QUESTION,
            reason=message("The source does not hold products and their holdings."),
        )
    series = read_series(bank, as_of=as_of)
    if not series:
        return NotAssessed(
            name="products", question=QUESTION, reason=message("Nobody holds a product.")
        )
    customers = count_customers(bank, as_of=as_of)
    facts = read_facts(bank, as_of=as_of)
    peaks = most_holdings(bank, as_of=as_of)
    standings = tuple(
        _stand(
            one,
            facts[one.product.product_id],
            peaks[one.product.product_id],
            fit_curve(
                one,
                customers=customers,
                horizon_months=horizon_months,
                confidence=confidence,
                rng=rng,
                draws=draws,
            ),
            rules,
            confidence,
            rng,
        )
        for one in series
    )
    gone = [standing.product for standing in standings if standing.role is Role.EXIT]
    falling = {s.product.product_id for s in standings if s.stage is ProductStage.DECLINE}
    remaining = [
        standing.product
        for standing in standings
        if standing.product.withdrawn_on is None and standing.product.product_id not in falling
    ]
    return ProductLifeCycles(
        standings=standings,
        exits=tuple(
            plan_exit(bank, product, remaining, as_of=as_of, confidence=confidence)
            for product in gone
        ),
        rules=rules,
        horizon_months=horizon_months,
    )


def _stand(
    series: Series,
    facts: pd.Series,
    most: int,
    curve: Curve | Message,
    rules: ProductRules,
    confidence: float,
    rng: np.random.Generator,
) -> ProductStanding:
    year_ago, came, left = int(facts.year_ago), int(facts.came), int(facts.left)
    loss = share(year_ago - int(facts.kept), year_ago, confidence=confidence) if year_ago else None
    stages: Mapping[ProductStage, float] = (
        MappingProxyType({})
        if isinstance(curve, Message)
        else stage_probabilities(
            curve.drawn, series.months_since_launch, came=came, left=left, rules=rules, rng=rng
        )
    )
    open_holdings = int(facts.spells_now)
    balance = None if pd.isna(facts.balance) else float(facts.balance)
    return ProductStanding(
        product=series.product,
        adopted=int(facts.adopted),
        holders=int(facts.holders),
        balance_cny=balance,
        balance_top_two=float(facts.top_two) / balance if balance else 0.0,
        most_holdings=most,
        open_holdings=open_holdings,
        came=came,
        left=left,
        holders_year_ago=year_ago,
        yearly_loss=loss,
        curve=None if isinstance(curve, Message) else curve,
        no_curve=curve if isinstance(curve, Message) else None,
        stages=stages,
        role=role_of(stages, loss, open_holdings / max(most, 1), rules),
    )


def stage_probabilities(
    drawn: AdoptionDraws,
    months_since_launch: float,
    *,
    came: int,
    left: int,
    rules: ProductRules,
    rng: np.random.Generator,
) -> Mapping[ProductStage, float]:
    """Give each stage the share of draws in which the product stands there.

    Parameters
    ----------
    drawn : AdoptionDraws
    months_since_launch : float
    came, left : int
        Holdings begun and ended in the last twelve months; their rates are drawn from
        gamma distributions, as counts allow.
    rules : ProductRules
    rng : numpy.random.Generator
    """
    n = len(drawn.m)
    way = months_since_launch / np.maximum(drawn.peak_time, 1e-9)
    past = way >= 1
    coming, leaving = rng.gamma(came + 0.5, 1, n), rng.gamma(left + 0.5, 1, n)
    falling = past & (left > 0) & (coming < rules.decline_replacement * leaving)
    return MappingProxyType(
        {
            ProductStage.INTRODUCTION: float((way < rules.introduction_until).mean()),
            ProductStage.GROWTH: float(((way >= rules.introduction_until) & ~past).mean()),
            ProductStage.MATURITY: float((past & ~falling).mean()),
            ProductStage.DECLINE: float(falling.mean()),
        }
    )


def role_of(
    stages: Mapping[ProductStage, float],
    yearly_loss: Estimate | None,
    holdings_over_most: float,
    rules: ProductRules,
) -> Role:
    """Apply the rules of the roles; no stage with enough certainty leaves it undecided."""
    if not stages:
        return Role.UNDECIDED
    rising = stages[ProductStage.INTRODUCTION] + stages[ProductStage.GROWTH]
    if rising >= rules.certainty:
        return Role.PROMOTE
    if stages[ProductStage.DECLINE] >= rules.certainty:
        return Role.EXIT if holdings_over_most <= rules.exit_holders_below else Role.KEEP
    if stages[ProductStage.MATURITY] >= rules.certainty:
        lossy = yearly_loss is not None and yearly_loss.low > rules.optimise_loss_above
        return Role.OPTIMISE if lossy else Role.KEEP
    return Role.UNDECIDED

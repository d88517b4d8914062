"""At which price a product seems cheap or dear, and how many would buy it at which price."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.market_research.questions import words
from analysis.market_research.refusals import refusal
from analysis.market_research.respondents import Respondents, resampled, units
from analysis.stats.price_sensitivity import PriceSensitivity, price_sensitivity
from analysis.stats.reservation_prices import ReservationPrices, reservation_prices
from analysis.text import Message, Words, message

_MOST_ROWS = 20_000_000
_MOST_DRAWS = 1000
_POINTS = ["too_cheap_cny", "cheap_cny", "expensive_cny", "too_expensive_cny"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A product in the making; `price_unit` is as in the data contract."""

    key: str
    name: Words
    price_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptPrice:
    """What was found on one product's price.

    Attributes
    ----------
    concept : Concept
    sensitivity : PriceSensitivity or None
    demand : ReservationPrices or None
    counts : ndarray of int, shape (4, m) or None
        People behind each point of the four curves.
    refused : Message or None
        Why one of the two is missing.
    """

    concept: Concept
    sensitivity: PriceSensitivity | None
    demand: ReservationPrices | None
    counts: np.ndarray | None
    refused: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """The answer on prices, by product in the making."""

    concepts: tuple[ConceptPrice, ...]


def read_concepts(bank: Bank) -> dict[str, Concept]:
    """Give the products in the making by their keys."""
    rows = collect(bank.table("concepts"), max_rows=10_000).sort_values("concept_id")
    return {
        str(row.concept_id): Concept(
            key=str(row.concept_id),
            name=words(row.name_en, getattr(row, "name_zh", None)),
            price_unit=str(row.price_unit),
        )
        for row in rows.itertuples()
    }


def what_they_would_pay(
    bank: Bank,
    people: Respondents | NotAssessed,
    *,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Prices | NotAssessed:
    """Find price points and demand curves of every product that prices were asked for.

    Parameters
    ----------
    bank : Bank
        Uses ``concepts``, ``price_points`` and ``purchase_intentions``.
    people : Respondents or NotAssessed
    confidence : float
    rng : numpy.random.Generator
    draws : int
        At most 1,000 are made.
    """
    if isinstance(people, NotAssessed):
        return _not_assessed(message("too few people answered the survey."))
    asked = [name for name in ("price_points", "purchase_intentions") if bank.has(name)]
    if not asked or not bank.has("concepts"):
        return _not_assessed(message("the source has no answers on prices."))
    if people.too_few_units:
        return _not_assessed(people.too_few_units)
    rows = {
        name: people.with_rows(collect(bank.table(name), max_rows=_MOST_ROWS)) for name in asked
    }
    found = []
    for key, concept in read_concepts(bank).items():
        of_concept = {name: table[table.concept_id == key] for name, table in rows.items()}
        if any(len(table) for table in of_concept.values()):
            found.append(_price(concept, of_concept, confidence, rng, min(draws, _MOST_DRAWS)))
    reasons = [one.refused for one in found if one.refused]
    if not any(one.sensitivity or one.demand for one in found):
        return _not_assessed(
            reasons[0] if reasons else message("the source has no answers on prices.")
        )
    return Prices(concepts=tuple(found))


def _price(
    concept: Concept,
    rows: dict[str, pd.DataFrame],
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> ConceptPrice:
    sensitivity = demand = counts = refused = None
    points = rows.get("price_points")
    if points is not None and len(points):
        values = points[_POINTS].to_numpy(dtype=np.float64)
        try:
            sensitivity = price_sensitivity(
                values,
                resampling=resampled(points, rng=rng, draws=draws),
                weights=points.weight.to_numpy(dtype=np.float64),
                confidence=confidence,
            )
            counts = _count_curves(values, sensitivity)
        except EstimationError as error:
            refused = refusal(error)
    intentions = rows.get("purchase_intentions")
    if intentions is not None and len(intentions):
        try:
            demand = _demand(intentions, confidence, rng, draws)
        except EstimationError as error:
            refused = refusal(error)
    return ConceptPrice(
        concept=concept, sensitivity=sensitivity, demand=demand, counts=counts, refused=refused
    )


def _count_curves(values: np.ndarray, found: PriceSensitivity) -> np.ndarray:
    rising = values[(np.diff(values, axis=1) >= 0).all(axis=1) & (values > 0).all(axis=1)]
    below = (rising[:, :, np.newaxis] <= found.prices).sum(axis=0)
    return np.vstack([len(rising) - below[:2], below[2:]])


def _demand(
    rows: pd.DataFrame, confidence: float, rng: np.random.Generator, draws: int
) -> ReservationPrices:
    wide = rows.pivot(index="invitation_id", columns="price_cny", values="would_buy")
    wide = wide.reindex(columns=sorted(wide.columns)).dropna()
    frame = rows.drop_duplicates("invitation_id").set_index("invitation_id").loc[wide.index]
    cluster, stratum = units(frame)
    return reservation_prices(
        wide.to_numpy(dtype=bool),
        [float(price) for price in wide.columns],
        rng=rng,
        weights=frame.weight.to_numpy(dtype=np.float64),
        clusters=cluster,
        strata=stratum,
        confidence=confidence,
        draws=draws,
    )


def _not_assessed(reason: Message) -> NotAssessed:
    return NotAssessed(name="prices", question=message("What would they pay?"), reason=reason)

"""How respondents are weighted: margins of the population, and the design of the sample."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.market_research.refusals import refusal
from analysis.market_research.rules import SurveyRules
from analysis.stats.inputs import Floats
from analysis.stats.raking import Margin, RakedWeights, rake
from analysis.stats.survey_design import SurveyDesign
from analysis.text import Message, message

_MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighting:
    """The weights of a wave's cells.

    Attributes
    ----------
    margins : tuple of Margin
        What the weights were raked to, by cell.
    raked : RakedWeights or None
    refused : Message or None
        Why weights were not raked.
    """

    margins: tuple[Margin, ...]
    raked: RakedWeights | None
    refused: Message | None


def weigh(
    bank: Bank, wave: str, cells: pd.DataFrame, variables: tuple[str, ...], rules: SurveyRules
) -> Weighting:
    """Rake the weights of those who answered to the population margins, or say why not."""
    margins = _margins(bank, wave, cells, variables)
    if not margins:
        reason = message("The source has no population margins of this wave.")
        return Weighting(margins=(), raked=None, refused=reason)
    try:
        raked = rake(cells.base_weight, cells.n, margins, largest_ratio=rules.largest_weight_ratio)
    except EstimationError as error:
        return Weighting(margins=margins, raked=None, refused=refusal(error))
    return Weighting(margins=margins, raked=raked, refused=None)


def _margins(
    bank: Bank, wave: str, cells: pd.DataFrame, variables: tuple[str, ...]
) -> tuple[Margin, ...]:
    """Give the margins of variables that everybody who answered has a value of."""
    if not bank.has("population_margins"):
        return ()
    table = bank.table("population_margins").filter(ibis._.survey_id == wave)
    known = collect(table, max_rows=_MOST_ROWS)
    found = []
    for variable in variables:
        rows = known[known.variable == variable].sort_values("category")
        if rows.empty or (cells[variable] == "").any():
            continue
        labels = tuple(sorted({*rows.category.astype(str), *cells[variable]}))
        people = dict(zip(rows.category.astype(str), rows.population, strict=True))
        found.append(
            Margin(
                name=variable,
                labels=labels,
                codes=np.searchsorted(labels, cells[variable].astype(str).to_list()),
                population=np.array([float(people.get(label, 0)) for label in labels]),
            )
        )
    return tuple(found)


def designs(
    bank: Bank, wave: str, invited: pd.DataFrame, cells: pd.DataFrame, weighting: Weighting
) -> tuple[SurveyDesign, SurveyDesign]:
    """Give the design with the weights of the cells, and with those of the sample alone."""
    strata = sorted(cells.stratum.unique())
    clustered = bool((cells.cluster != "").all())
    margins = weighting.margins if weighting.raked else ()
    indicators = [np.eye(len(margin.labels))[margin.codes] for margin in margins]
    base = cells.base_weight.to_numpy(dtype=np.float64)
    none = np.empty((len(cells), 0))
    raked, alone = (
        SurveyDesign(
            stratum=np.asarray(np.searchsorted(strata, cells.stratum.to_list()), dtype=np.int64),
            cluster=np.asarray(pd.factorize(cells.cluster, sort=True)[0], dtype=np.int64)
            if clustered
            else None,
            people=cells.n.to_numpy(dtype=np.float64),
            weight=weight,
            margins=columns,
            fraction=_fractions(bank, wave, invited, strata, clustered=clustered),
            base_weight=base,
        )
        for weight, columns in (
            (cells.weight.to_numpy(dtype=np.float64), np.hstack(indicators) if margins else none),
            (base, none),
        )
    )
    return raked, alone


def _fractions(
    bank: Bank, wave: str, invited: pd.DataFrame, strata: list[str], *, clustered: bool
) -> Floats:
    """Give the share of each stratum's first-stage units that was drawn; 0 where unknown."""
    column = "population_clusters" if clustered else "population"
    if not bank.has("survey_strata", column):
        return np.zeros(len(strata))
    table = bank.table("survey_strata").filter(ibis._.survey_id == wave)
    known = collect(table, max_rows=_MOST_ROWS).set_index("stratum")[column]
    grouped = invited.groupby("stratum")
    drawn = grouped.cluster.nunique() if clustered else grouped.n.sum()
    whole = known.reindex(strata).to_numpy(dtype=np.float64)
    part = drawn.reindex(strata).to_numpy(dtype=np.float64)
    fraction = np.divide(part, whole, out=np.zeros(len(strata)), where=np.nan_to_num(whole) > 0)
    return np.asarray(np.minimum(fraction, 1.0))

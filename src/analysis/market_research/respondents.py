"""Those who answered the last wave, one by one, with what each of them counts for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.market_research.fieldwork import Fieldwork, Wave, cell_keys, respondents
from analysis.market_research.opinions import as_answered
from analysis.market_research.questions import Item
from analysis.stats.design_bootstrap import Resampling, resample_units
from analysis.stats.inputs import Floats, Integers
from analysis.stats.survey_design import DesignEstimate, Moments, domain_means
from analysis.text import Message, message

FEWEST_UNITS = 10
"""First-stage units that errors by unit need: with fewer, an interval is a guess."""
_MOST_ROWS = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Respondents:
    """People within the scope.

    Attributes
    ----------
    wave : Wave
    frame : DataFrame
        ``invitation_id``, ``cell`` (a position in ``wave.cells``), ``weight``,
        ``stratum`` and ``cluster`` (numbers), by invitation.
    """

    wave: Wave
    frame: pd.DataFrame

    def with_rows(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Give the rows of people of the scope, each with what the person counts for."""
        return rows.merge(self.frame, on="invitation_id", how="inner")

    @property
    def too_few_units(self) -> Message | None:
        """Why errors cannot be stated by first-stage unit, or nothing."""
        units = self.frame.cluster.nunique()
        if units >= FEWEST_UNITS:
            return None
        return message(
            "the people of this scope come from {units} sampling units; intervals need {needed}.",
            units=int(units),
            needed=FEWEST_UNITS,
        )


def read_respondents(bank: Bank, field: Fieldwork | NotAssessed) -> Respondents | NotAssessed:
    """Read those who answered the last wave, with their weights and sampling units."""
    if isinstance(field, NotAssessed):
        return field
    wave = field.now
    keys = cell_keys(wave)
    people = collect(respondents(bank, wave), max_rows=_MOST_ROWS)
    inside = wave.cells[wave.cells.inside]
    placed = people.merge(
        inside[[*keys, "weight"]].assign(cell=inside.index), on=keys, how="inner"
    ).sort_values("invitation_id", ignore_index=True)
    unit = placed.cluster.where(placed.cluster != "", placed.invitation_id)
    return Respondents(
        wave=wave,
        frame=pd.DataFrame(
            {
                "invitation_id": placed.invitation_id,
                "cell": placed.cell.astype(np.int64),
                "weight": placed.weight.astype(np.float64),
                "stratum": pd.factorize(placed.stratum, sort=True)[0],
                "cluster": pd.factorize(placed.stratum + "/" + unit, sort=True)[0],
            }
        ),
    )


def answers_to(
    bank: Bank, people: Respondents, items: tuple[Item, ...]
) -> tuple[pd.DataFrame, Floats]:
    """Read who answered all of these questions, and their answers, the best highest.

    Returns
    -------
    people : DataFrame
        Rows of ``people.frame``.
    answers : ndarray, shape (n, n_items)
    """
    table = bank.table("survey_answers")
    rows = collect(
        table.filter(table.item_id.isin([item.key for item in items])).select(
            "invitation_id", "item_id", "value"
        ),
        max_rows=_MOST_ROWS,
    )
    wide = rows.pivot(index="invitation_id", columns="item_id", values="value")
    wide = wide.reindex(columns=[item.key for item in items]).dropna()
    for item in items:
        wide = wide[wide[item.key].between(item.low, item.high)]
    found = people.frame[people.frame.invitation_id.isin(wide.index)]
    values = wide.reindex(found.invitation_id).to_numpy(dtype=np.int64)
    scored = [as_answered(values[:, k], item) for k, item in enumerate(items)]
    return found.reset_index(drop=True), np.column_stack(scored)


def resampled(frame: pd.DataFrame, *, rng: np.random.Generator, draws: int) -> Resampling:
    """Draw the sampling units of these people again."""
    return resample_units(
        len(frame), rng=rng, draws=draws, clusters=frame.cluster, strata=frame.stratum
    )


def units(frame: pd.DataFrame) -> tuple[Integers, Integers]:
    """Give each row's sampling unit and stratum."""
    return frame.cluster.to_numpy(dtype=np.int64), frame.stratum.to_numpy(dtype=np.int64)


def shares_of(
    people: Respondents,
    frame: pd.DataFrame,
    groups: Integers,
    number: int,
    *,
    confidence: float,
) -> tuple[DesignEstimate | None, ...]:
    """Estimate the share of each group among people who fall into groups 0 to `number` - 1."""
    size = len(people.wave.cells)
    everyone = np.bincount(frame.cell, minlength=size).astype(np.float64)
    inside = np.column_stack(
        [
            np.bincount(frame.cell[groups == group], minlength=size).astype(np.float64)
            for group in range(number)
        ]
    )
    return domain_means(
        people.wave.design,
        Moments(n=np.tile(everyone[:, np.newaxis], number), total=inside, square=inside),
        kind="share",
        confidence=confidence,
    )

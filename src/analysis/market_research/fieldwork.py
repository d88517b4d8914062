"""The waves of the survey: who was invited, who answered, and with which weight they count.

The whole sample is weighted, in every scope; a region or branch is a domain of it.
Rows stay in the engine: what comes here are cells of one stratum, first-stage unit,
weight and set of margin categories.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.market_research.names import VARIABLES, in_order
from analysis.market_research.questions import Item, read_items, read_regions, words
from analysis.market_research.rules import SurveyRules
from analysis.market_research.weighting import Weighting, designs, weigh
from analysis.stats.inputs import Floats
from analysis.stats.response_rates import Dispositions
from analysis.stats.survey_design import SurveyDesign
from analysis.text import Words, message

ANSWERED = ("complete", "partial")
_MOST_CELLS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wave:
    """One wave of the survey.

    Attributes
    ----------
    key : str
    name : Words
    starts_on, ends_on : date
    outcomes : Dispositions
        Within the scope.
    invited : DataFrame
        The whole sample by stratum, first-stage unit, weight, categories, disposition,
        with `inside` (the scope) and `n`.
    cells : DataFrame
        Those who answered, by the same keys without disposition, with `n` and
        `weight`; its position is the cell's number.
    design, base_design : SurveyDesign
        With raked weights, and with the weights of the sample alone.
    weighting : Weighting
    """

    key: str
    name: Words
    starts_on: dt.date
    ends_on: dt.date
    outcomes: Dispositions
    invited: pd.DataFrame
    cells: pd.DataFrame
    design: SurveyDesign
    base_design: SurveyDesign
    weighting: Weighting

    @property
    def inside(self) -> Floats:
        """1 for cells within the scope, 0 for others; shape (n_cells,)."""
        return self.cells.inside.to_numpy(dtype=np.float64)

    def group(self, variable: str, level: str) -> Floats:
        """1 for cells with a value of a variable, 0 for others; shape (n_cells,)."""
        return np.asarray(self.cells[variable] == level, dtype=np.float64)

    @property
    def respondents(self) -> int:
        """Who answered, in full or in part, within the scope."""
        return int(self.cells.n[self.cells.inside].sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fieldwork:
    """The last wave, the one before it, the questions and the variables of the frame.

    Attributes
    ----------
    now : Wave
    before : Wave or None
    items : tuple of Item
    variables : tuple of str
        Columns of the frame by which groups are told apart.
    regions : dict of str to Words
        Names of regions.
    whole_bank : bool
        Whether the scope is the whole bank.
    """

    now: Wave
    before: Wave | None
    items: tuple[Item, ...]
    variables: tuple[str, ...]
    regions: dict[str, Words]
    whole_bank: bool

    def is_new_since(self, day: dt.date) -> bool:
        """Whether a reader who saw the report of `day` saw the wave before, not this one."""
        return self.before is not None and self.before.ends_on <= day < self.now.ends_on

    def of_kind(self, *kinds: str) -> tuple[Item, ...]:
        """Give the questions of some kinds, in the order of the kinds."""
        return tuple(item for kind in kinds for item in self.items if item.kind == kind)

    def levels(self, variable: str) -> tuple[str, ...]:
        """Give a variable's categories among those within the scope, in the page's order."""
        cells = self.now.cells
        return in_order(str(level) for level in cells[variable][cells.inside].unique() if level)


def load_fieldwork(bank: Bank, *, as_of: dt.date, rules: SurveyRules) -> Fieldwork | NotAssessed:
    """Read the waves that ended by `as_of`, and weight those who answered.

    Parameters
    ----------
    bank : Bank
        Uses ``surveys``, ``survey_invitations``, ``survey_items`` and, where there are
        any, ``survey_strata`` and ``population_margins``.
    as_of : date
    rules : SurveyRules

    Returns
    -------
    Fieldwork or NotAssessed
    """
    waves = collect(bank.table("surveys"), max_rows=10_000)
    waves["ends"] = pd.to_datetime(waves.ends_on).dt.date
    waves = waves[waves.ends <= as_of].sort_values(["ends", "survey_id"])
    variables = tuple(v for v in VARIABLES if bank.has("survey_invitations", v))
    found = [_read_wave(bank, row, variables, rules) for row in waves.tail(2).itertuples()]
    read = [wave for wave in found if wave and wave.respondents >= rules.fewest_answers]
    if not read or read[-1].key != str(waves.survey_id.iloc[-1]):
        return NotAssessed(
            name="fieldwork",
            question=message("Whom did we hear?"),
            reason=message(
                "fewer than {n} people of this scope answered the last wave of the survey.",
                n=rules.fewest_answers,
            ),
        )
    return Fieldwork(
        now=read[-1],
        before=read[0] if len(read) == 2 else None,
        items=read_items(bank),
        variables=variables,
        regions=read_regions(bank),
        whole_bank=bank.scope == "bank",
    )


def respondents(bank: Bank, wave: Wave) -> ir.Table:
    """Give those of the scope who answered a wave, one row each with the cell's keys.

    Returns
    -------
    ibis table
        ``invitation_id``, ``customer_id`` (missing where the source has none) and the
        keys of `Wave.cells`; merge collected rows with ``wave.cells`` on `cell_keys` to
        get each person's weight.
    """
    everyone = _placed(bank, wave.key, tuple(v for v in VARIABLES if v in wave.cells.columns))
    return everyone.filter(everyone.inside & everyone.disposition.isin(ANSWERED)).select(
        "invitation_id", "customer_id", *cell_keys(wave)
    )


def cell_keys(wave: Wave) -> list[str]:
    """Give the columns of `Wave.cells` that tell cells apart."""
    return [name for name in wave.cells.columns if name not in {"n", "weight", "inside"}]


def _placed(bank: Bank, wave: str, variables: tuple[str, ...]) -> ir.Table:
    """Give a wave's invitations of the whole sample, and whether each lies in the scope."""
    scoped = bank.table("survey_invitations")
    whole = bank.source.table("survey_invitations").filter(ibis._.survey_id == wave)
    cluster = whole.cluster.fill_null("") if "cluster" in whole.columns else ibis.literal("")
    inside = (
        ibis.literal(value=True)
        if bank.scope == "bank"
        else whole.invitation_id.isin(scoped.invitation_id)
    )
    return whole.select(
        "invitation_id",
        "disposition",
        "stratum",
        "base_weight",
        *(whole[name].fill_null("").name(name) for name in variables),
        cluster=cluster,
        inside=inside,
        customer_id=whole.customer_id if "customer_id" in whole.columns else ibis.null("string"),
    )


def _read_wave(bank: Bank, row: Any, variables: tuple[str, ...], rules: SurveyRules) -> Wave | None:
    key = str(row.survey_id)
    everyone = _placed(bank, key, variables)
    keys = ["stratum", "cluster", "base_weight", *variables, "inside", "disposition"]
    invited = collect(everyone.group_by(keys).aggregate(n=everyone.count()), max_rows=_MOST_CELLS)
    answered = invited[invited.disposition.isin(ANSWERED) & (invited.base_weight > 0)]
    if answered.empty:
        return None
    cells = pd.DataFrame(answered.groupby(keys[:-1], sort=True).n.sum().reset_index())
    weighting = weigh(bank, key, cells, variables, rules)
    cells["weight"] = cells.base_weight if weighting.raked is None else weighting.raked.weights
    design, base_design = designs(bank, key, invited, cells, weighting)
    counted = invited[invited.inside].groupby("disposition").n.sum()
    return Wave(
        key=key,
        name=words(row.name_en, getattr(row, "name_zh", None)),
        starts_on=pd.Timestamp(row.starts_on).date(),
        ends_on=pd.Timestamp(row.ends_on).date(),
        outcomes=Dispositions(
            **{name: int(counted.get(name, 0)) for name in Dispositions.__dataclass_fields__}
        ),
        invited=invited,
        cells=cells,
        weighting=weighting,
        design=design,
        base_design=base_design,
    )

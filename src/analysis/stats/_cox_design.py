"""Covariates of a Cox model as numbers: levels against a reference, and strata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from analysis.errors import Problem
from analysis.stats.inputs import Floats, column, refuse
from analysis.stats.spells import SpellCells


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignColumn:
    """What one coefficient belongs to; `level` and `reference` are empty for a number."""

    covariate: str
    level: str = ""
    reference: str = ""

    @property
    def name(self) -> str:
        """``covariate=level``, or the covariate alone."""
        return f"{self.covariate}={self.level}" if self.level else self.covariate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The covariates of m cells.

    Attributes
    ----------
    columns : tuple of DesignColumn, length p
    matrix : array of float, shape (m, p)
    stratum : array of int, shape (m,)
    """

    columns: tuple[DesignColumn, ...]
    matrix: Floats
    stratum: npt.NDArray[np.intp]

    @property
    def names(self) -> tuple[str, ...]:
        """The coefficients' names."""
        return tuple(column.name for column in self.columns)


def code_covariates(
    cells: SpellCells,
    covariates: pd.DataFrame,
    *,
    strata: Sequence[str],
    reference: Mapping[str, str],
) -> Design:
    """Code each covariate's levels against a reference; take numbers as they are.

    Raises
    ------
    EstimationError
        If a stratum or a reference does not exist, a value is missing, a covariate has one
        level, or none is left.
    """
    refuse(_table_problems(covariates, strata))
    names = [str(name) for name in covariates.columns if name not in strata]
    problems: list[Problem | None] = []
    columns: list[DesignColumn] = []
    values: list[Floats] = []
    for name in names:
        series = covariates[name]
        if is_numeric_dtype(series) and not is_bool_dtype(series):
            numbers = column(series.to_numpy(dtype=np.float64), name=f"covariate '{name}'")
            problems.append(_constant_problem(name, len(np.unique(numbers))))
            columns.append(DesignColumn(covariate=name))
            values.append(numbers)
            continue
        text = series.astype(str).to_numpy(dtype=object)
        levels = sorted(set(text.tolist()))
        base = reference.get(name, _largest_level(text, levels, cells))
        problems.append(_constant_problem(name, len(levels)))
        problems.append(_reference_problem(name, base, levels))
        for level in levels:
            if level != base:
                columns.append(DesignColumn(covariate=name, level=level, reference=base))
                values.append((text == level).astype(np.float64))
    refuse(problems)
    return Design(
        columns=tuple(columns),
        matrix=np.column_stack(values),
        stratum=_number_strata(covariates, strata),
    )


def _number_strata(covariates: pd.DataFrame, strata: Sequence[str]) -> npt.NDArray[np.intp]:
    if not strata:
        return np.zeros(len(covariates), dtype=np.intp)
    groups = covariates.groupby(list(strata), observed=True, sort=True).ngroup()
    return np.asarray(groups.to_numpy(), dtype=np.intp)


def _largest_level(text: npt.NDArray[np.object_], levels: list[str], cells: SpellCells) -> str:
    return max(levels, key=lambda level: int(cells.customers[text == level].sum()))


def _table_problems(covariates: pd.DataFrame, strata: Sequence[str]) -> list[Problem | None]:
    known = [str(name) for name in covariates.columns]
    problems: list[Problem | None] = [
        Problem(
            what=f"unknown stratum '{name}'",
            needed=f"one of {', '.join(known)}",
            next_step="Check the spelling.",
        )
        for name in strata
        if name not in known
    ]
    problems += [
        Problem(
            what=f"covariate '{name}' has missing values",
            found=f"{int(covariates[name].isna().sum())} of {len(covariates)} cells",
            needed="a value in each",
            next_step="Give them a level of their own, such as 'unknown'.",
        )
        for name in known
        if covariates[name].isna().any()
    ]
    if not set(known) - set(strata):
        problems.append(
            Problem(
                what="no covariate to estimate",
                found="0",
                needed="at least 1 besides the strata",
                next_step="Add a covariate, or compare the strata by their curves.",
            )
        )
    return problems


def _constant_problem(name: str, levels: int) -> Problem | None:
    if levels > 1:
        return None
    return Problem(
        what=f"covariate '{name}' has one level only, nothing to compare",
        found=f"{levels} level",
        needed="at least 2",
        next_step="Leave it out.",
    )


def _reference_problem(name: str, base: str, levels: list[str]) -> Problem | None:
    if base in levels:
        return None
    return Problem(
        what=f"covariate '{name}' has no level '{base}' to compare with",
        needed=f"one of {', '.join(levels)}",
        next_step="Name a level that occurs.",
    )

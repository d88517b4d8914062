"""The project's own route: expressions reduced in the engine, models on counted cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from common import (
    AS_OF,
    COHORTS,
    DORMANT,
    HORIZON_WEEKS,
    KAPLAN_MEIER_DAYS,
    LOST,
    NEW,
    PREVIOUS,
    Answer,
    lay_out_moves,
    nearest_weeks,
)
from measuring import Limits

from analysis.data.connect import connect
from analysis.data.tables import Bank, collect
from analysis.definitions import StageRules
from analysis.lifecycle.cohorts import cohort_retention
from analysis.lifecycle.purchases import (
    MAX_CELLS,
    PurchaseHistories,
    customer_histories,
    purchase_histories,
)
from analysis.lifecycle.spells import CLOSED, Spells, contract_spells
from analysis.lifecycle.stages import customer_stages
from analysis.params.source import SourceSettings
from analysis.stats.bg_nbd import expected_purchases, fit_bg_nbd
from analysis.stats.cox import fit_cox
from analysis.stats.customer_value import ValueCells, expected_value
from analysis.stats.gamma_gamma import fit_gamma_gamma
from analysis.stats.purchase_cells import FloatArray, PurchaseCells, reduce_to_cells
from analysis.stats.spend_cells import SpendCells, reduce_to_spend_cells
from analysis.stats.survival import kaplan_meier

RULES = StageRules(new_within_months=NEW, dormant_after_months=DORMANT, lost_after_months=LOST)
CONFIDENCE = 0.95


def open_bank(folder: Path, limits: Limits) -> Bank:
    settings = SourceSettings(folder=folder, memory_gb=limits.memory_gb)
    return Bank(connect(settings, environment={}, threads=limits.threads))


def stages(bank: Bank) -> Answer:
    found = customer_stages(
        bank, as_of=AS_OF, previous_as_of=PREVIOUS, rules=RULES, confidence=CONFIDENCE
    )
    return lay_out_moves(
        {
            ("unknown" if old is None else old.value, new.value): n
            for (old, new), n in found.moves.items()
        }
    )


def cohorts(bank: Bank) -> Answer:
    cells = cohort_retention(bank, as_of=AS_OF, cohorts=COHORTS, confidence=CONFIDENCE).cells
    kept = [(c.cohort, c.quarters_since, c.retained) for c in cells if c.retained]
    return {"cells": np.array(kept, dtype=np.float64)}


def histories(found: PurchaseHistories) -> Answer:
    return {
        "frequency": found.cells.frequency.astype(np.float64),
        "recency_days": found.cells.recency * 7,
        "age_days": np.rint(found.cells.age * 7 - 0.5),
        "customers": found.cells.weight.astype(np.float64),
        "mean_value": found.mean_value_cny,
        "spenders_frequency": found.spenders_frequency.astype(np.float64),
        "spenders_value": found.spenders_mean_value_cny,
    }


def survival(bank: Bank) -> Answer:
    spells = contract_spells(bank, as_of=AS_OF, product_id="")
    if not isinstance(spells, Spells):
        raise SystemExit("the sample bank has no contractual holdings")
    grouped = replace(spells.cells, group=spells.groups["segment"].to_numpy(dtype=object))
    curves = sorted(kaplan_meier(grouped, confidence=CONFIDENCE), key=lambda curve: curve.group)
    fit = fit_cox(spells.cells.for_cause(CLOSED), spells.groups, confidence=CONFIDENCE)
    coefficients = sorted(fit.coefficients, key=lambda c: c.name)
    return {
        "stays": np.array([[c.at(day).value for day in KAPLAN_MEIER_DAYS] for c in curves]),
        "coefficients": np.array([c.coefficient for c in coefficients]),
        "standard_errors": np.array([c.standard_error for c in coefficients]),
    }


def value(people: Path, unit: str, limits: Limits) -> Answer:
    """Fit on cells of whole days or weeks, counted in the engine from one row a customer."""
    engine = ibis.duckdb.connect(
        memory_limit=f"{limits.memory_gb * 1000:.0f}MB", threads=limits.threads
    )
    rows = engine.read_parquet(people)
    width = 1 if unit == "days" else 7
    keys = {
        "frequency": rows.frequency,
        "recency": (rows.recency_days + width // 2) // width,
        "age": (rows.age_days + width // 2) // width,
    }
    spends = rows.repeat_value > 0
    cells = collect(
        rows.group_by(**keys).aggregate(
            customers=rows.count(),
            spenders=rows.count(where=spends),
            spent=rows.repeat_value.cast("decimal(38, 9)").sum(where=spends),
        ),
        max_rows=MAX_CELLS,
    )
    spenders = collect(
        rows.filter((rows.frequency > 0) & spends).select("frequency", "repeat_value"),
        max_rows=MAX_CELLS,
    )
    return fit_value(
        reduce_to_cells(
            cells.frequency,
            cells.recency * (width / 7),
            cells.age * (width / 7),
            time_unit="weeks",
            weight=cells.customers,
        ),
        (cells.spent / cells.spenders.where(cells.spenders > 0)).to_numpy(dtype=np.float64),
        reduce_to_spend_cells(spenders.frequency, spenders.repeat_value),
    )


def value_of_histories(found: PurchaseHistories, unit: str) -> Answer:
    """Fit on the cells of the report's own reduction, or on these put into whole weeks.

    The report watches to the end of the as-of day; the peers count whole days only.
    """
    spend = reduce_to_spend_cells(found.spenders_frequency, found.spenders_mean_value_cny)
    cells = replace(found.cells, age=np.rint(found.cells.age * 7 - 0.5) / 7)
    if unit == "days":
        return fit_value(cells, found.mean_value_cny, spend)
    frame = pd.DataFrame(
        {
            "frequency": cells.frequency,
            "recency": nearest_weeks(np.rint(cells.recency * 7)),
            "age": nearest_weeks(np.rint(cells.age * 7)),
            "customers": cells.weight,
            # histories without a mean are those of customers with one purchase, or refunds
            "spenders": np.where(np.isfinite(found.mean_value_cny), cells.weight, 0),
            "spent": np.nan_to_num(found.mean_value_cny) * cells.weight,
        }
    )
    summed = frame.groupby(["frequency", "recency", "age"], as_index=False).sum()
    return fit_value(
        reduce_to_cells(
            summed.frequency, summed.recency, summed.age, time_unit="weeks", weight=summed.customers
        ),
        (summed.spent / summed.spenders.where(summed.spenders > 0)).to_numpy(dtype=np.float64),
        spend,
    )


def fit_value(cells: PurchaseCells, mean_value: FloatArray, spending: SpendCells) -> Answer:
    spend = fit_gamma_gamma(spending, confidence=CONFIDENCE)
    fit = fit_bg_nbd(cells, confidence=CONFIDENCE)
    average = spend.p.value * spend.v.value / (spend.q.value - 1)
    known = np.where(np.isfinite(mean_value), mean_value, average)
    worth = ValueCells(purchases=cells, mean_value=np.where(cells.frequency > 0, known, 0.0))
    purchases = expected_purchases(fit, cells, horizon=HORIZON_WEEKS)
    money = expected_value(fit, spend, worth, horizon=HORIZON_WEEKS)
    return {
        "purchases_model": fit.parameters,
        "value_model": spend.parameters,
        "expected_purchases": np.array([cells.weight @ purchases]),
        "expected_value": np.array([cells.weight @ money]),
    }


def write_people(bank: Bank, target: Path) -> None:
    """Write one row a customer, which both routes' value models begin with."""
    people = customer_histories(bank, as_of=AS_OF, count_by="transaction")
    pq.write_table(people.drop("customer_id").to_pyarrow(), target)


def run(task: str, folder: Path, people: Path, limits: Limits) -> dict[str, Answer]:
    if task == "start":
        return {}
    if task.startswith("value"):
        return {"value": value(people, task.removeprefix("value by "), limits)}
    bank = open_bank(folder, limits)
    with bank.source:
        return answer(bank, task)


def answer(bank: Bank, task: str) -> dict[str, Answer]:
    """Answer one task, or several in one process."""
    single: dict[str, Callable[[], Answer]] = {
        "stages": lambda: stages(bank),
        "cohorts": lambda: cohorts(bank),
        "histories": lambda: histories(
            purchase_histories(bank, as_of=AS_OF, count_by="transaction")
        ),
        "histories by day": lambda: histories(
            purchase_histories(bank, as_of=AS_OF, count_by="day")
        ),
        "survival": lambda: survival(bank),
    }
    if task in single:
        return {task: single[task]()}
    # in the report's order: what the first one has worked out serves the others
    answers = {"stages": stages(bank), "cohorts": cohorts(bank)}
    found = purchase_histories(bank, as_of=AS_OF, count_by="transaction")
    answers["histories"] = histories(found)
    if task.startswith("chain"):
        answers["survival"] = survival(bank)
        answers["value"] = value_of_histories(found, task.removeprefix("chain by "))
    return answers

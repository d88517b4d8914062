"""The peers' route, as a user would write it: pandas, lifelines and lifetimes on rows."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from common import (
    AS_OF,
    COHORTS,
    COVARIATES,
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

warnings.simplefilter("ignore")  # lifetimes and lifelines on pandas 3
DAYS = {"date_as_object": False}
TOLERANCE = 1e-6
"""At its own 1e-7 lifetimes gives up on these data, for loss of precision."""


def read(folder: Path, name: str, *columns: str) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet", columns=list(columns), to_pandas_kwargs=DAYS)


def read_transactions(folder: Path) -> pd.DataFrame:
    rows = read(folder, "transactions", "customer_id", "occurred_on", "amount_cny")
    return rows[rows.occurred_on <= pd.Timestamp(AS_OF)]


def stages(folder: Path, transactions: pd.DataFrame) -> Answer:
    customers = read(
        folder, "customers", "customer_id", "first_contact_on", "opened_on", "closed_on"
    ).set_index("customer_id")
    earlier = transactions[transactions.occurred_on <= pd.Timestamp(PREVIOUS)]
    customers["first"] = transactions.groupby("customer_id").occurred_on.min()
    customers["now"] = transactions.groupby("customer_id").occurred_on.max()
    customers["before"] = earlier.groupby("customer_id").occurred_on.max()
    customers["started"] = customers.opened_on.fillna(customers["first"])
    customers["known"] = customers[["first_contact_on", "started"]].min(axis=1)
    customers = customers[customers.known <= pd.Timestamp(AS_OF)]
    moves = pd.DataFrame(
        {
            "old": _stage(customers, customers.before, pd.Timestamp(PREVIOUS)),
            "new": _stage(customers, customers.now, pd.Timestamp(AS_OF)),
        }
    ).value_counts()
    return lay_out_moves({(str(old), str(new)): int(n) for (old, new), n in moves.items()})


def _stage(customers: pd.DataFrame, active: pd.Series, day: pd.Timestamp) -> np.ndarray:
    def ago(months: int) -> pd.Timestamp:
        return day - pd.DateOffset(months=months) + pd.offsets.MonthEnd(0)

    last = np.fmax(active.to_numpy(), customers.started.to_numpy())
    return np.select(
        [
            customers.known > day,
            customers.started.isna() | (customers.started > day),
            customers.closed_on <= day,
            last <= ago(LOST),
            last <= ago(DORMANT),
            customers.started > ago(NEW),
        ],
        ["unknown", "potential", "lost", "lost", "dormant", "new"],
        default="stable",
    )


def cohorts(transactions: pd.DataFrame) -> Answer:
    quarter = transactions.occurred_on.dt.year * 4 + transactions.occurred_on.dt.quarter - 1
    seen = pd.DataFrame(
        {"customer_id": transactions.customer_id, "quarter": quarter}
    ).drop_duplicates()
    seen["cohort"] = seen.groupby("customer_id").quarter.transform("min")
    last = AS_OF.year * 4 + 3
    kept = seen[seen.cohort > last - COHORTS]
    counted = (
        kept.assign(since=kept.quarter - kept.cohort).groupby(["cohort", "since"]).size()
    ).reset_index()
    return {"cells": counted.to_numpy(dtype=np.float64)}


def summarise(transactions: pd.DataFrame) -> pd.DataFrame:
    """One row a customer, by transaction; lifetimes' own summary knows days only."""
    by_customer = transactions.groupby("customer_id")
    people = by_customer.agg(
        purchases=("amount_cny", "size"),
        spent=("amount_cny", "sum"),
        first=("occurred_on", "min"),
        last=("occurred_on", "max"),
    )
    begun = transactions[
        transactions.occurred_on.to_numpy()
        == people["first"].reindex(transactions.customer_id).to_numpy()
    ]
    people["first_value"] = begun.groupby("customer_id").amount_cny.mean()
    frequency = people.purchases - 1
    return pd.DataFrame(
        {
            "frequency": frequency,
            "recency_days": (people["last"] - people["first"]).dt.days,
            "age_days": (pd.Timestamp(AS_OF) - people["first"]).dt.days,
            "repeat_value": (people.spent - people.first_value) / frequency.where(frequency > 0),
        }
    )


def summarise_by_day(transactions: pd.DataFrame) -> pd.DataFrame:
    from lifetimes.utils import summary_data_from_transaction_data

    found = summary_data_from_transaction_data(
        transactions, "customer_id", "occurred_on", "amount_cny", observation_period_end=AS_OF
    )
    return pd.DataFrame(
        {
            "frequency": found.frequency,
            "recency_days": found.recency,
            "age_days": found["T"],
            "repeat_value": found.monetary_value.where(found.frequency > 0),
        }
    )


def histories(people: pd.DataFrame) -> Answer:
    """Count equal histories, so that the answer is the same as the others'."""
    spends = people.repeat_value > 0
    cells = (
        people.assign(spent=people.repeat_value.where(spends))
        .groupby(["frequency", "recency_days", "age_days"])
        .agg(customers=("frequency", "size"), mean_value=("spent", "mean"))
        .reset_index()
    )
    spenders = people[spends].sort_values(["frequency", "repeat_value"])
    return {
        **{name: cells[name].to_numpy(dtype=np.float64) for name in cells.columns},
        "spenders_frequency": spenders.frequency.to_numpy(dtype=np.float64),
        "spenders_value": spenders.repeat_value.to_numpy(dtype=np.float64),
    }


def survival(folder: Path) -> Answer:
    from lifelines import CoxPHFitter, KaplanMeierFitter

    spells = read_spells(folder)
    curves = []
    for _, group in spells.groupby("segment"):
        fitted = KaplanMeierFitter().fit(group.days, group.ended)
        curves.append(fitted.survival_function_at_times(KAPLAN_MEIER_DAYS).to_numpy())
    design = pd.get_dummies(spells[list(COVARIATES)], prefix_sep="=", dtype=float)
    references = [f"{name}={spells[name].value_counts().index[0]}" for name in COVARIATES]
    design = design.drop(columns=references).assign(
        days=spells.days, closed=spells.ended & (spells.end_reason != "fell_dormant")
    )
    fit = CoxPHFitter().fit(design, "days", "closed")
    return {
        "stays": np.array(curves),
        "coefficients": fit.params_.sort_index().to_numpy(),
        "standard_errors": fit.standard_errors_.sort_index().to_numpy(),
    }


def read_spells(folder: Path) -> pd.DataFrame:
    """Holdings of the contractual product without renewal that most hold, by segment."""
    products = read(folder, "products", "product_id", "contractual", "renewal_months")
    holdings = read(
        folder, "holdings", "customer_id", "product_id", "opened_on", "closed_on", "end_reason"
    )
    end = pd.Timestamp(AS_OF)
    wanted = products[products.contractual & products.renewal_months.isna()].product_id
    held = holdings[holdings.product_id.isin(wanted) & (holdings.opened_on <= end)]
    held = held[held.product_id == held.product_id.value_counts().index[0]]
    customers = read(folder, "customers", "customer_id", *COVARIATES).fillna("unknown")
    spells = held.merge(customers, on="customer_id")
    spells["ended"] = spells.closed_on <= end
    spells["days"] = (spells.closed_on.where(spells.ended, end) - spells.opened_on).dt.days
    spells = spells[spells.ended | (spells.days > 0)]
    return spells.assign(days=spells.days.clip(lower=1))


def value(people: pd.DataFrame, unit: str) -> Answer:
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    weeks = nearest_weeks if unit == "weeks" else (lambda days: days / 7)
    recency = weeks(people.recency_days.to_numpy(dtype=np.float64))
    age = weeks(people.age_days.to_numpy(dtype=np.float64))
    fit = BetaGeoFitter().fit(people.frequency, recency, age, tol=TOLERANCE)
    spenders = people[people.repeat_value > 0]
    spend = GammaGammaFitter().fit(spenders.frequency, spenders.repeat_value, tol=TOLERANCE)
    purchases = np.asarray(
        fit.conditional_expected_number_of_purchases_up_to_time(
            HORIZON_WEEKS, people.frequency, recency, age
        )
    )
    known = people.repeat_value > 0
    worth = np.asarray(
        spend.conditional_expected_average_profit(
            people.frequency.where(known, 0), people.repeat_value.where(known, 0.0)
        )
    )
    return {
        "purchases_model": fit.params_[["r", "alpha", "a", "b"]].to_numpy(),
        "value_model": spend.params_[["p", "q", "v"]].to_numpy(),
        "expected_purchases": np.array([purchases.sum()]),
        "expected_value": np.array([purchases @ worth]),
    }


def run(task: str, folder: Path, people: Path, limits: object) -> dict[str, Answer]:
    del limits  # pandas keeps to none, and to one thread
    if task == "start":
        return {}
    if task.startswith("value"):
        return {"value": value(pd.read_parquet(people), task.removeprefix("value by "))}
    if task == "survival":
        return {task: survival(folder)}
    transactions = read_transactions(folder)
    single: dict[str, Callable[[], Answer]] = {
        "stages": lambda: stages(folder, transactions),
        "cohorts": lambda: cohorts(transactions),
        "histories": lambda: histories(summarise(transactions)),
        "histories by day": lambda: histories(summarise_by_day(transactions)),
    }
    if task in single:
        return {task: single[task]()}
    answers = {name: single[name]() for name in ("stages", "cohorts")}
    summary = summarise(transactions)
    answers["histories"] = histories(summary)
    if task.startswith("chain"):
        del transactions
        answers["survival"] = survival(folder)
        answers["value"] = value(summary, task.removeprefix("chain by "))
    return answers

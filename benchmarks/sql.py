"""Hand-written DuckDB SQL for the summaries, as an analyst would write it."""

# ruff: noqa: S608 - the statements are put together from constants of this folder
from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
from common import AS_OF, COHORTS, DORMANT, LOST, NEW, PREVIOUS, Answer, lay_out_moves
from measuring import Limits


def _stage(active: str, day: str) -> str:
    last = f"greatest(coalesce({active}, started), started)"
    return f"""case
        when known > {day} then 'unknown'
        when started is null or started > {day} then 'potential'
        when closed_on <= {day} then 'lost'
        when {last} <= last_day({day} - interval {LOST} month) then 'lost'
        when {last} <= last_day({day} - interval {DORMANT} month) then 'dormant'
        when started > last_day({day} - interval {NEW} month) then 'new'
        else 'stable' end"""


STAGES = f"""
with activity as (
    select customer_id, min(occurred_on) as first_on, max(occurred_on) as now_on,
           max(occurred_on) filter (where occurred_on <= date '{PREVIOUS}') as before_on
    from transactions where occurred_on <= date '{AS_OF}' group by customer_id
), people as (
    select coalesce(opened_on, first_on) as started, closed_on, now_on, before_on,
           least(first_contact_on, coalesce(opened_on, first_on)) as known
    from customers left join activity using (customer_id)
)
select {_stage("before_on", f"date '{PREVIOUS}'")} as old,
       {_stage("now_on", f"date '{AS_OF}'")} as new, count(*)
from people where known <= date '{AS_OF}' group by all
"""

COHORT_CELLS = f"""
with quarters as (
    select distinct customer_id, 4 * year(occurred_on) + quarter(occurred_on) - 1 as quarter
    from transactions where occurred_on <= date '{AS_OF}'
), arrived as (
    select customer_id, min(quarter) as cohort from quarters group by customer_id
)
select cohort, quarter - cohort as since, count(*)
from quarters join arrived using (customer_id)
where cohort > {AS_OF.year * 4 + 3 - COHORTS} group by all order by all
"""

PEOPLE = """
create temp table people as
with days as (
    select customer_id, occurred_on, {one} as purchases, sum(amount_cny) as spent
    from transactions where occurred_on <= date '{day}' group by all
), histories as (
    select sum(purchases) - 1 as frequency, sum(spent) as spent,
           min(occurred_on) as first_on, max(occurred_on) as last_on,
           arg_min(spent / purchases, occurred_on) as first_value
    from days group by customer_id
)
select frequency::bigint as frequency, last_on - first_on as recency_days,
       date '{day}' - first_on as age_days,
       (spent - first_value) / nullif(frequency, 0) as repeat_value
from histories
"""
CELLS = """
select frequency, recency_days, age_days, count(*) as customers,
       avg(repeat_value) filter (where repeat_value > 0) as mean_value
from people group by all order by 1, 2, 3
"""
SPENDERS = "select frequency, repeat_value from people where repeat_value > 0 order by 1, 2"


def histories(engine: duckdb.DuckDBPyConnection, *, by_day: bool) -> Answer:
    engine.execute(PEOPLE.format(one="1" if by_day else "count(*)", day=AS_OF))
    cells = engine.execute(CELLS).df()
    spenders = engine.execute(SPENDERS).df()
    return {
        **{name: cells[name].to_numpy(dtype=np.float64) for name in cells.columns},
        "spenders_frequency": spenders["frequency"].to_numpy(dtype=np.float64),
        "spenders_value": spenders["repeat_value"].to_numpy(dtype=np.float64),
    }


def stages(engine: duckdb.DuckDBPyConnection) -> Answer:
    return lay_out_moves({(old, new): n for old, new, n in engine.execute(STAGES).fetchall()})


def cohorts(engine: duckdb.DuckDBPyConnection) -> Answer:
    return {"cells": engine.execute(COHORT_CELLS).df().to_numpy(dtype=np.float64)}


def run(task: str, folder: Path, people: Path, limits: Limits) -> dict[str, Answer]:
    del people
    import pandas as pd  # noqa: F401 - the engine hands frames over

    if task == "start":
        return {}
    engine = duckdb.connect(
        config={
            "memory_limit": f"{limits.memory_gb * 1000:.0f}MB",
            "threads": limits.threads,
        }
    )
    for name in ("transactions", "customers"):
        engine.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
    answers: dict[str, Answer] = {}
    if task in {"stages", "summaries"}:
        answers["stages"] = stages(engine)
    if task in {"cohorts", "summaries"}:
        answers["cohorts"] = cohorts(engine)
    if task.startswith("histories"):
        answers[task] = histories(engine, by_day=task == "histories by day")
    elif task == "summaries":
        answers["histories"] = histories(engine, by_day=False)
    return answers

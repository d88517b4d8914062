"""Compare weighted cross-tabs with design-based errors: cells from the engine, and all rows.

A wave of a survey is written once under the data contract: respondents in strata and
first-stage units, forty items. Each variant runs as a process of its own, in turn: this
project counts cells in DuckDB, by the functions of its report; samplics is given one row
a respondent, already laid out for it. Shares and errors are held against each other
before a ratio is printed. Time is printed, never asserted.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import measuring
from measuring import Cost

ITEMS, STRATA, UNITS = 40, 10, 12
AGES = ("18-29", "30-44", "45-59", "60+")
TOLERANCE = 1e-6
"""Relative, of shares and of their errors."""

_PEOPLE = """
create table people as select
    'V' || lpad(i::varchar, 9, '0') as invitation_id,
    'S' || (i % {strata}) as stratum,
    'S' || (i % {strata}) || '-' || (hash(i) % {units}) as cluster,
    (10 + hash(i) % {units} + 5 * (i % {strata}))::double as base_weight,
    ['18-29', '30-44', '45-59', '60+'][(1 + hash(i * 7) % 4)::bigint] as age_band,
    i
from range({people}) as numbers(i)
"""
_ANSWERS = """
create table answers as select
    invitation_id,
    i,
    'Q' || lpad(item::varchar, 2, '0') as item_id,
    (1 + least(4, (hash(i * {items} + item) % 5 + hash(i * 3) % 3 + hash(cluster) % 2) // 2))
        ::integer as value
from people, range({items}) as items(item)
"""
_TABLES = {
    "surveys": """
        select 'W1' as survey_id, 'Wave' as name_en, date '2025-10-01' as starts_on,
            date '2025-11-01' as ends_on""",
    "survey_invitations": """
        select invitation_id, 'W1' as survey_id, date '2025-10-01' as invited_on,
            'complete' as disposition, stratum, cluster, base_weight, age_band,
            'North' as region
        from people""",
    "survey_items": """
        select distinct item_id, 'step_satisfaction' as kind, item_id as topic,
            'Question' as wording_en, 1 as scale_low, 5 as scale_high, true as high_is_good
        from answers""",
    "survey_answers": "select invitation_id, item_id, value from answers",
    "wide": """
        select stratum, cluster, base_weight, age_band, wide.*
        from (pivot (select i, item_id, value from answers) on item_id using first(value)) as wide
        join people using (i) order by i""",
}


def write_wave(folder: str, people: str) -> None:
    import duckdb

    database = duckdb.connect()
    database.execute(_PEOPLE.format(strata=STRATA, units=UNITS, people=int(people)))
    database.execute(_ANSWERS.format(items=ITEMS))
    for name, query in _TABLES.items():
        database.sql(query).write_parquet(str(Path(folder) / f"{name}.parquet"))


def run_ours(folder: str, target: str) -> None:
    import datetime as dt

    from analysis.data.connect import connect
    from analysis.data.tables import Bank
    from analysis.market_research import fieldwork, opinions
    from analysis.market_research.rules import SurveyRules
    from analysis.params.source import SourceSettings

    rules = SurveyRules(largest_weight_ratio=5.0, fewest_answers=30, correction="holm")
    day = dt.date(2025, 12, 31)
    with connect(SourceSettings(folder=Path(folder)), environment={}) as source:
        bank = Bank(source, "bank", as_of=day)
        field = fieldwork.load_fieldwork(bank, as_of=day, rules=rules)
        said = opinions.read_opinions(bank, field)
        columns = [(item, field.now.group("age_band", age)) for item in field.items for age in AGES]
        found = opinions.estimate(
            said, columns, opinions.in_top_two, kind="share", confidence=0.95, fewest=30
        )
    answers = [[one.estimate.value, one.error] for one in found]
    Path(target).write_text(json.dumps(answers), encoding="utf-8")


def run_samplics(folder: str, target: str) -> None:
    import warnings

    warnings.simplefilter("ignore")
    import pandas as pd
    from samplics.estimation import TaylorEstimator
    from samplics.utils.types import PopParam

    people = pd.read_parquet(Path(folder) / "wide.parquet")
    design = {
        "samp_weight": people.base_weight.to_numpy(),
        "stratum": people.stratum.to_numpy(),
        "psu": people.cluster.to_numpy(),
        "domain": people.age_band.to_numpy(),
    }
    answers = []
    for k in range(ITEMS):
        estimator = TaylorEstimator(PopParam.mean)
        estimator.estimate(y=(people[f"Q{k:02d}"] >= 4).to_numpy(dtype=float), **design)
        answers += [[estimator.point_est[age], estimator.stderror[age]] for age in AGES]
    Path(target).write_text(json.dumps(answers), encoding="utf-8")


def compare(folder: Path) -> float:
    """Refuse to go on where the two differ; give the largest relative difference."""
    ours, peer = (
        json.loads((folder / f"{route}.json").read_text("utf-8")) for route in ("ours", "samplics")
    )
    if len(ours) != len(peer) or len(ours) != ITEMS * len(AGES):
        raise SystemExit("the two routes gave different tables")
    largest = max(
        abs(a / b - 1)
        for one, other in zip(ours, peer, strict=True)
        for a, b in zip(one, other, strict=True)
    )
    if largest > TOLERANCE:
        raise SystemExit(f"the two routes differ by {largest:.2e}")
    return largest


def least(costs: list[Cost]) -> Cost:
    return Cost(
        cpu_seconds=min(cost.cpu_seconds for cost in costs),
        peak_gb=max(cost.peak_gb for cost in costs),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--respondents", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--run", nargs=3, metavar=("ROUTE", "FOLDER", "TARGET"))
    options = parser.parse_args()
    if options.run:
        route, folder, target = options.run
        routes = {"write": write_wave, "ours": run_ours, "samplics": run_samplics}
        routes[route](folder, target)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        measuring.spawn(__file__, "--run", "write", place, str(options.respondents))
        costs: dict[str, list[Cost]] = {"ours": [], "samplics": []}
        for _ in range(options.repeats):
            for route, found in costs.items():
                target = str(folder / f"{route}.json")
                found.append(measuring.spawn(__file__, "--run", route, place, target))
        largest = compare(folder)
    ours, peer = least(costs["ours"]), least(costs["samplics"])
    print(f"{options.respondents:,} respondents, {ITEMS} items by {len(AGES)} age bands")
    print(f"{'route':<12}{'CPU s':>10}{'peak GB':>10}")
    for name, cost in (("ours", ours), ("samplics", peer)):
        print(f"{name:<12}{cost.cpu_seconds:>10.1f}{cost.peak_gb:>10.2f}")
    print(
        f"ratio: CPU {ours.cpu_seconds / peer.cpu_seconds:.3f}, memory "
        f"{ours.peak_gb / peer.peak_gb:.3f}; largest relative difference {largest:.1e}"
    )


if __name__ == "__main__":
    sys.exit(main())

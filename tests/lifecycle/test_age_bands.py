"""What each age band holds, uses and wants next."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.lifecycle import present
from analysis.lifecycle.age_bands import LifeStages, life_stages
from analysis.params.source import SourceSettings
from analysis.results import Strength
from analysis.sample import write_sample_bank

from ..captions import captions

AS_OF = dt.date(2025, 12, 31)
BANDS = ("18-29", "30-44", "45-59", "60+")
Tables = dict[str, list[dict[str, Any]]]


def ask(bank: Bank, confidence: float = 0.95) -> LifeStages | NotAssessed:
    return life_stages(bank, as_of=AS_OF, band_starts=(30, 45, 60), confidence=confidence)


@pytest.fixture
def open_tables(tmp_path: Path) -> Iterator[Callable[[Tables], Bank]]:
    opened = []

    def make(tables: Tables) -> Bank:
        for name, rows in tables.items():
            frame = pd.DataFrame(rows)
            for column in frame.columns[frame.columns.str.endswith("_on")]:
                frame[column] = [None if pd.isna(d) else d for d in frame[column]]
            frame.to_parquet(tmp_path / f"{name}.parquet")
        source = connect(SourceSettings(folder=tmp_path), environment={})
        opened.append(source)
        return Bank(source, "bank")

    yield make
    for source in opened:
        source.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ages") / "bank"
    write_sample_bank(folder, customers=12_000, seed=6)
    return folder


@pytest.fixture(scope="module")
def sampled(folder: Path) -> LifeStages:
    """Wide intervals: about forty planted numbers are looked at together."""
    with connect(SourceSettings(folder=folder), environment={}) as source:
        found = ask(Bank(source, "bank"), confidence=0.9995)
    assert isinstance(found, LifeStages)
    return found


@pytest.fixture(scope="module")
def truths(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))["truths"]
    return found


def customer(name: str, born: int | None, closed: dt.date | None = None) -> dict[str, Any]:
    return {
        "customer_id": name,
        "opened_on": dt.date(2024, 1, 1),
        "closed_on": closed,
        "birth_year": born,
    }


def small_bank() -> Tables:
    """Forty of 25 years, ten of whom hold a card; twenty of 70 years with none."""
    young = [customer(f"y{i}", 2000) for i in range(40)]
    old = [customer(f"o{i}", 1955) for i in range(20)]
    others = [customer("unknown", None), customer("gone", 2000, dt.date(2025, 6, 1))]
    held = [
        {
            "account_id": f"a{i}",
            "customer_id": f"y{i}",
            "product_id": "P",
            "opened_on": dt.date(2024, 2, 1),
            "closed_on": None,
        }
        for i in range(10)
    ]
    ended = {
        "account_id": "ended",
        "customer_id": "o0",
        "product_id": "P",
        "opened_on": dt.date(2024, 2, 1),
        "closed_on": dt.date(2025, 1, 1),
    }
    return {
        "transactions": [
            {
                "customer_id": f"y{i}",
                "occurred_on": dt.date(2025, 5, 1),
                "amount_cny": 1.0,
                "channel": "mobile" if i < 30 else "shop",
            }
            for i in range(40)
        ],
        "customers": [*young, *old, *others],
        "products": [{"product_id": "P", "name_en": "Card", "family": "card"}],
        "holdings": [*held, ended],
        "needs": [
            {
                "customer_id": f"y{i}",
                "asked_on": dt.date(2025, 9, 1),
                "product_family": "card",
                "wanted": i % 2 == 0,
            }
            for i in range(40)
        ]
        + [
            {
                "customer_id": f"o{i}",
                "asked_on": dt.date(2025, 9, 1),
                "product_family": "card",
                "wanted": False,
            }
            for i in range(20)
        ],
    }


def test_bands_count_those_with_a_relationship_and_a_known_age(
    open_tables: Callable[[Tables], Bank],
) -> None:
    found = ask(open_tables(small_bank()))
    assert isinstance(found, LifeStages)
    sizes = [(band.first_age, band.last_age, band.customers) for band in found.bands]
    assert sizes == [(0, 29, 40), (60, None, 20)]
    assert found.without_age == 1


def test_only_holdings_that_last_are_held(open_tables: Callable[[Tables], Bank]) -> None:
    found = ask(open_tables(small_bank()))
    assert isinstance(found, LifeStages)
    assert [(row.band, row.family, row.holders) for row in found.holdings] == [
        (0, "card", 10),
        (1, "card", 0),
    ]


def test_an_unmet_need_is_wanted_and_not_held(open_tables: Callable[[Tables], Bank]) -> None:
    """Of forty asked twenty want a card; five of the ten holders are among them."""
    found = ask(open_tables(small_bank()))
    assert isinstance(found, LifeStages)
    young, old = found.needs
    assert (young.asked, young.wanted, young.held, young.unmet) == (40, 20, 10, 15)
    assert (old.asked, old.wanted, old.unmet) == (20, 0, 0)
    assert young.above_others is not None
    assert young.above_others.value == pytest.approx(15 / 40)
    assert young.wanted_over_held.value == pytest.approx(10 / 40)
    assert young.stands
    assert found.largest_unmet is young


def test_channels_are_shares_of_purchases(open_tables: Callable[[Tables], Bank]) -> None:
    found = ask(open_tables(small_bank()))
    assert isinstance(found, LifeStages)
    shares = {use.channel: use.share.value for use in found.channels}
    assert shares == {"mobile": 0.75, "shop": 0.25}


def test_planted_needs_lie_in_the_intervals(sampled: LifeStages, truths: dict[str, Any]) -> None:
    planted = truths["needs"]["wanted_by_age_band"]["value"]
    assert len(sampled.needs) == 20
    missed = [
        (BANDS[need.band], need.family)
        for need in sampled.needs
        if need.wanted_share.excludes(planted[BANDS[need.band]][need.family])
    ]
    assert not missed


def test_planted_channels_lie_in_the_intervals(sampled: LifeStages, truths: dict[str, Any]) -> None:
    planted = truths["purchases"]["channel_shares_by_age_band"]["value"]
    assert len(sampled.channels) == 16
    missed = [
        (BANDS[use.band], use.channel)
        for use in sampled.channels
        if use.share.excludes(planted[BANDS[use.band]][use.channel])
    ]
    assert not missed


def test_holdings_equal_a_count_row_by_row(folder: Path, sampled: LifeStages) -> None:
    people = pd.read_parquet(folder / "customers.parquet")
    people = people[people.opened_on.notna() & people.closed_on.isna()]
    holdings = pd.read_parquet(folder / "holdings.parquet")
    products = pd.read_parquet(folder / "products.parquet")
    current = holdings[holdings.closed_on.isna()].merge(products, on="product_id")
    joined = current.merge(people, on="customer_id")
    joined["band"] = pd.cut(2025 - joined.birth_year, [0, 29, 44, 59, 200], labels=False)
    counted = joined.groupby(["band", "family"]).customer_id.nunique()
    for row in sampled.holdings:
        assert row.holders == counted.get((row.band, row.family), 0)


def test_without_years_of_birth_it_is_not_assessed(
    make_bank: Callable[..., Bank],
) -> None:
    found = ask(make_bank([("a", "2025-01-01", 5)]))
    assert isinstance(found, NotAssessed)
    assert "years of birth" in found.reason.pattern
    assert present.life_stages(found) is found


def test_few_who_were_asked_leave_needs_open_and_holdings_told(
    open_tables: Callable[[Tables], Bank],
) -> None:
    tables = small_bank()
    tables["needs"] = tables["needs"][:10]
    found = ask(open_tables(tables))
    assert isinstance(found, LifeStages)
    assert not found.needs
    assert found.holdings
    answer = present.life_stages(found)
    assert isinstance(answer, Answer)
    assert answer.findings[0].strength is Strength.INCONCLUSIVE


def test_customers_alone_give_bands_without_the_rest(
    open_tables: Callable[[Tables], Bank],
) -> None:
    tables = small_bank()
    found = ask(
        open_tables(
            {
                "customers": tables["customers"],
                "transactions": [
                    {k: v for k, v in row.items() if k != "channel"}
                    for row in tables["transactions"]
                ],
            }
        )
    )
    assert isinstance(found, LifeStages)
    assert (found.holdings, found.channels, found.needs) == ((), (), ())
    assert captions(present.life_stages(found)) == {}


def test_captions_name_the_bands_apart_and_say_where_there_are_none(sampled: LifeStages) -> None:
    found = captions(present.life_stages(sampled))
    assert "widest apart are those made in a shop" in found["age_channels"]
    one = sampled.channels[0]
    same = tuple(dataclasses.replace(use, share=one.share) for use in sampled.channels)
    needs = tuple(dataclasses.replace(need, stands=False) for need in sampled.needs)
    alike = captions(present.life_stages(dataclasses.replace(sampled, channels=same, needs=needs)))
    assert alike["age_channels"] == (
        "Purchases by channel: the age bands do not differ beyond noise"
    )
    assert "no more than others beyond noise" in alike["age_needs"]

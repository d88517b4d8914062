"""The sample market, and copies of it with one thing changed."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.competitor_comparison import attributes, facts, market, ranking, register
from analysis.competitor_comparison.report import ComparisonParameters
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.params.source import SourceSettings
from analysis.sample import write_sample_bank

NOW = dt.date(2025, 12, 31)
TABLES = (
    "institutions",
    "sources",
    "criteria",
    "competitor_offers",
    "market_volumes",
    "market_totals",
    "switching_flows",
    "expert_judgements",
    "service_times",
    "brand_perceptions",
)
Change = Callable[[pd.DataFrame], pd.DataFrame | None]


class Comparison:
    """The report's answers on one bank, each made when asked for."""

    def __init__(self, bank: Bank, **parameters: Any) -> None:
        self.bank = bank
        self.p = ComparisonParameters(as_of=NOW, draws=400, **parameters)
        self.who = facts.load_register(bank, as_of=NOW)

    def known(self) -> register.KnownFigures:
        return register.known_figures(self.bank, self.who, rules=self.p.doubt_rules)

    def points(self) -> attributes.PointByPoint:
        found = attributes.point_by_point(
            self.known(), terms=self.p.compared_terms, confidence=self.p.confidence
        )
        assert not isinstance(found, NotAssessed)
        return found

    def standing(self) -> ranking.Standing:
        found = ranking.overall_standing(
            self.bank,
            self.points(),
            rules=self.p.weighing_rules,
            confidence=self.p.confidence,
            rng=np.random.default_rng(1),
            draws=self.p.draws,
        )
        assert not isinstance(found, NotAssessed)
        return found

    def market(self) -> market.Market | NotAssessed:
        return market.read_market(
            self.bank, self.who, doubt=self.p.doubt_rules, rules=self.p.market_rules
        )


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sample bank; its market does not depend on the number of customers."""
    folder = tmp_path_factory.mktemp("market") / "sample"
    write_sample_bank(folder, customers=400, seed=20251231)
    return folder


@pytest.fixture(scope="session")
def truths(sample: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample / "truth.json").read_text("utf-8"))["truths"]
    return found


@pytest.fixture
def compare(sample: Path, tmp_path: Path) -> Iterator[Callable[..., Comparison]]:
    """Open the sample market with tables changed or, where a change gives None, left out."""
    opened = []

    def make(changes: dict[str, Change] | None = None, **parameters: Any) -> Comparison:
        folder = tmp_path / f"market{len(opened)}"
        folder.mkdir()
        for name in TABLES:
            change = (changes or {}).get(name)
            if change is None:
                shutil.copy(sample / f"{name}.parquet", folder)
                continue
            changed = change(pd.read_parquet(sample / f"{name}.parquet"))
            if changed is not None:
                changed.to_parquet(folder / f"{name}.parquet")
        source = connect(SourceSettings(folder=folder), environment={})
        opened.append(source)
        return Comparison(Bank(source, "bank", as_of=NOW), **parameters)

    yield make
    for source in opened:
        source.close()

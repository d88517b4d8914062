"""The sample bank's survey, and copies of it with one thing changed."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.market_research import features, fieldwork, hearing, needs, opinions, satisfaction
from analysis.market_research.report import MarketResearchParameters
from analysis.params.source import SourceSettings
from analysis.sample import write_sample_bank

NOW = dt.date(2025, 12, 31)
Change = Callable[[pd.DataFrame], pd.DataFrame | None]


class Research:
    """The report's answers on one bank, each made when asked for."""

    def __init__(self, bank: Bank, **parameters: Any) -> None:
        self.bank = bank
        self.p = MarketResearchParameters(as_of=NOW, **parameters)

    @property
    def rules(self) -> Any:
        return self.p.survey_rules

    @cached_property
    def asked(self) -> fieldwork.Fieldwork | NotAssessed:
        return fieldwork.load_fieldwork(self.bank, as_of=self.p.as_of, rules=self.rules)

    @property
    def field(self) -> fieldwork.Fieldwork:
        assert isinstance(self.asked, fieldwork.Fieldwork)
        return self.asked

    @cached_property
    def said(self) -> opinions.Opinions | NotAssessed:
        return opinions.read_opinions(self.bank, self.asked)

    def heard(self) -> hearing.Hearing | NotAssessed:
        return self._heard

    @cached_property
    def _heard(self) -> hearing.Hearing | NotAssessed:
        return hearing.whom_we_heard(
            self.asked, self.said, rules=self.rules, confidence=self.p.confidence
        )

    def satisfied(self) -> satisfaction.Satisfaction | NotAssessed:
        return satisfaction.how_satisfied(
            self.bank, self.asked, self.said, rules=self.rules, confidence=self.p.confidence
        )

    def needed(self) -> needs.Needs | NotAssessed:
        return needs.what_they_need(
            self.bank, self.asked, rules=self.rules, confidence=self.p.confidence
        )

    def wanted(self) -> tuple[features.Feature, ...]:
        return features.classify_features(
            self.bank,
            self.asked,
            rules=self.rules,
            confidence=self.p.confidence,
            rng=np.random.default_rng(1),
            draws=500,
        )


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample bank large enough for its survey's truths to show."""
    folder = tmp_path_factory.mktemp("research") / "sample"
    write_sample_bank(folder, customers=20_000, seed=20251231)
    return folder


@pytest.fixture(scope="session")
def truths(sample: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample / "truth.json").read_text("utf-8"))["truths"]
    return found


@pytest.fixture(scope="session")
def whole(sample: Path) -> Iterator[Research]:
    """The report on the bank as it is, read once."""
    source = connect(SourceSettings(folder=sample), environment={})
    yield Research(Bank(source, "bank", as_of=NOW))
    source.close()


@pytest.fixture
def research(sample: Path, tmp_path: Path) -> Iterator[Callable[..., Research]]:
    """Open the sample bank in a scope, with tables changed or, where a change gives None, gone."""
    opened = []

    def make(
        changes: dict[str, Change] | None = None, scope: str = "bank", **parameters: Any
    ) -> Research:
        folder = tmp_path / f"bank{len(opened)}"
        folder.mkdir()
        for path in sample.glob("*.parquet"):
            change = (changes or {}).get(path.stem)
            if change is None:
                shutil.copy(path, folder)
                continue
            changed = change(pd.read_parquet(path))
            if changed is not None:
                changed.to_parquet(folder / path.name)
        source = connect(SourceSettings(folder=folder), environment={})
        opened.append(source)
        return Research(Bank(source, scope, as_of=NOW), **parameters)

    yield make
    for source in opened:
        source.close()

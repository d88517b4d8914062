"""One made-up bank on three days, assessed period by period without a kernel."""

import datetime as dt
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.demand_assessment import actions, assessment, compliance, demands, effect, pipeline
from analysis.demand_assessment import history as past
from analysis.demand_assessment.report import REPORT, AssessmentParameters
from analysis.demand_assessment.tables import index as index_tables
from analysis.params.policy import DisclosurePolicy
from analysis.params.source import SourceSettings
from analysis.publish.payload import PublishedMetric, ReportHeader
from analysis.publish.results import MissingResults, Results
from analysis.publish.wording import Wording
from analysis.sample import write_sample_bank

DAYS = (dt.date(2025, 3, 31), dt.date(2025, 6, 30), dt.date(2025, 9, 30), dt.date(2025, 12, 31))
TABLES = (*REPORT.optional_tables,)
POLICY = DisclosurePolicy()
WORDING = Wording(("en", "zh"), POLICY)
Change = Callable[[pd.DataFrame], pd.DataFrame]

OTHERS = {
    "competitor_comparison": {"market_share": (0.126, 0.124, 0.128)},
    "lifecycle": {
        "active_share": (0.635, 0.628, 0.642),
        "first_quarter_retention": (0.84, 0.82, 0.86),
    },
    "market_research": {"response_rate": (0.41, 0.40, 0.42)},
}


def results(report: str, metrics: dict[str, tuple[float, float, float]], as_of, **more) -> Results:
    """What a report published."""
    header = ReportHeader(
        name=report, title={"en": report, "zh": "报告"}, question={}, run="r", run_title={},
        period="P", as_of=as_of, previous_as_of=as_of - dt.timedelta(days=90), scope="bank",
        scope_title={}, languages=("en", "zh"), parameters={"confidence": 0.95}, disclosure={},
        rules=(),
    )  # fmt: skip
    return Results(
        report=report,
        header=header,
        verdict=None,
        metrics={
            name: PublishedMetric(
                name=name, label={"en": name, "zh": "数"}, definition={}, measure="share",
                unit="none", value=value, low=low, high=high, confidence=0.95, n=None,
                suppressed=False, text={}, interval_text={}, change_text={}, change=None,
                change_low=None, change_high=None, trend="unknown",
            )
            for name, (value, low, high) in metrics.items()
        },
        findings={},
        checks={},
        tables={},
        folder=f"../../{report}/bank",
        **more,
    )  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """An assessment as a later one finds it: an archive of one run."""

    period: str
    as_of: dt.date
    found: Results

    def results(self, name: str) -> Results | MissingResults:
        assert name == past.OWN_REPORT
        return self.found


@dataclass
class Period:
    """One period's assessment; `failed` names reports that came to nothing."""

    folder: Path
    as_of: dt.date
    earlier: tuple[Kept, ...] = ()
    failed: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self):
        previous = DAYS[DAYS.index(self.as_of) - 1]
        self.p = AssessmentParameters(
            as_of=self.as_of, previous_as_of=previous, draws=300, **self.parameters
        )
        source = connect(SourceSettings(folder=self.folder), environment={}, temporary=None)
        self.bank = Bank(source, as_of=self.as_of)
        p, names = self.p, demands.load_departments(self.bank)
        recorded = demands.load_demands(self.bank, names, period=p.period)
        self.pipeline = pipeline.assess_pipeline(
            recorded, rules=p.pipeline_rules, confidence=p.confidence
        )
        self.effect = effect.assess_effect(
            self.bank,
            self.pipeline,
            self.read(p.customer_report),
            metric=p.customer_metric,
            period=p.period,
            confidence=p.confidence,
        )
        self.compliance = compliance.compliance(
            self.bank, names, period=p.period, confidence=p.confidence
        )
        self.register = actions.load_actions(
            self.bank, names, period=p.period, confidence=p.confidence
        )
        self.measures = assessment.all_measures(
            self.pipeline, self.effect, self.compliance, self.register
        )
        self.found = assessment.assess(
            self.bank, self.measures, p, read=self.read, earlier=self.earlier, policy=POLICY
        )
        self.actions = actions.follow_up_all(self.register, self.found, confidence=p.confidence)
        source.close()

    def read(self, name: str) -> Results | MissingResults:
        if name in self.failed:
            return MissingResults(report=name, why="failed")
        drift = 0.002 * DAYS.index(self.as_of)  # within noise
        metrics = {
            metric: tuple(number + drift for number in numbers)
            for metric, numbers in OTHERS[name].items()
        }
        return results(name, metrics, self.as_of)

    @property
    def index(self):
        assert not isinstance(self.found.index, NotAssessed)
        return self.found.index

    def state(self, key: str):
        return next(s for s in self.index.states if s.indicator.key == key)

    def keep(self) -> Kept:
        """Publish it, as the batch does, for the periods that follow."""
        table = WORDING.table(index_tables.parts(self.index))
        kept = results(past.OWN_REPORT, {}, self.as_of)
        tables = {past.PARTS_TABLE: table}
        published = Results(
            **{name: getattr(kept, name) for name in Results.__slots__ if name != "tables"},
            tables=tables,
        )
        return Kept(period=f"to {self.as_of}", as_of=self.as_of, found=published)


@pytest.fixture(scope="session")
def folders(tmp_path_factory) -> dict[dt.date, Path]:
    """The same bank on three days, with the tables of this report alone."""
    place = tmp_path_factory.mktemp("demand")
    found = {}
    for day in DAYS[1:]:
        whole = write_sample_bank(place / f"{day}-all", customers=100, seed=2025, as_of=day).folder
        found[day] = place / str(day)
        found[day].mkdir()
        for name in TABLES:
            if (whole / f"{name}.parquet").exists():
                shutil.copy(whole / f"{name}.parquet", found[day])
    return found


@pytest.fixture(scope="session")
def periods(folders) -> dict[dt.date, Period]:
    """Three periods in sequence, each following the one before."""
    kept: tuple[Kept, ...] = ()
    found = {}
    for day in DAYS[1:]:
        found[day] = Period(folders[day], day, earlier=kept)
        kept = (found[day].keep(), *kept)
    return found


@pytest.fixture
def changed(folders, tmp_path) -> Callable[..., Path]:
    """The last day's bank with some tables changed; a table becomes None to be left out."""

    def change(**tables: Change | None) -> Path:
        folder = tmp_path / "changed"
        shutil.copytree(folders[DAYS[-1]], folder, dirs_exist_ok=True)
        for name, edit in tables.items():
            path = folder / f"{name}.parquet"
            if edit is None:
                path.unlink()
            else:
                edit(pd.read_parquet(path)).to_parquet(path, index=False)
        return folder

    return change

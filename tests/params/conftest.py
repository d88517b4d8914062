"""A small catalog of two made-up reports, and run files written for one test."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field, model_validator

from analysis.errors import ParameterError
from analysis.params.gate import AssessmentRun, load_run
from analysis.params.report import ReportParameters, ReportSpec
from analysis.text import message

RUN_FILE = """\
run: north
title: {en: North}
period: 2025-Q4
as_of: 2025-12-31
previous_as_of: 2025-09-30
scopes: [bank, "region:North"]
languages: [en]
source: {folder: ../data}
reports:
  survey: {}
"""


class LifecycleParameters(ReportParameters):
    """The first report's parameters."""

    dormant_after_months: int = Field(default=6, ge=1, le=60, description="Months of silence.")


class SurveyParameters(ReportParameters):
    """One parameter of each kind."""

    panel: str = Field(default="main", description="The panel's code.")
    months: int = Field(default=6, ge=1, le=24, description="Months covered.")
    horizon: int = Field(default=12, ge=1, le=60, description="Months expected.")
    share: float = Field(default=0.5, gt=0, lt=1, description="A fraction.")
    exact: bool = Field(default=False, description="Exact or fast.")
    method: Literal["kmeans", "mixture", "no"] = Field(default="kmeans", description="How.")
    window: Literal[30, 60, 90] = Field(default=30, description="Days.")
    since: dt.date | None = Field(default=None, description="First day.")
    segments: tuple[str, ...] = Field(default=("young",), min_length=1, description="Segments.")
    margins: dict[str, float] = Field(default_factory=dict, description="Margin by segment.")

    @model_validator(mode="after")
    def _looks_ahead(self) -> "SurveyParameters":
        if self.months > self.horizon:
            raise ValueError("months must be at most horizon")
        return self


CATALOG = {
    spec.name: spec
    for spec in (
        ReportSpec(
            name="lifecycle",
            title=message("Life cycle"),
            question=message("Who stays?"),
            parameters=LifecycleParameters,
            tables=("transactions",),
        ),
        ReportSpec(
            name="survey",
            title=message("Survey"),
            question=message("What do customers need?"),
            parameters=SurveyParameters,
            tables=("answers",),
        ),
    )
}


@pytest.fixture
def catalog() -> dict[str, ReportSpec]:
    return dict(CATALOG)


@pytest.fixture
def valid() -> str:
    return RUN_FILE


@pytest.fixture
def params(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder params of a working directory, which messages name relative to it."""
    monkeypatch.chdir(tmp_path)
    folder = Path("params")
    folder.mkdir()
    return folder


@pytest.fixture
def load(params: Path) -> Callable[[str], AssessmentRun]:
    """Write a run file and take it through the gate."""

    def load_text(text: str | bytes, name: str = "north") -> AssessmentRun:
        path = params / f"{name}.yaml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_run(path, catalog=CATALOG)

    return load_text


@pytest.fixture
def refuse(load: Callable[[str], AssessmentRun]) -> Callable[[str], list[str]]:
    """Write a run file that the gate refuses, and give the lines of its answer."""

    def refuse_text(text: str | bytes, name: str = "north") -> list[str]:
        with pytest.raises(ParameterError) as caught:
            load(text, name)
        return str(caught.value).splitlines()

    return refuse_text

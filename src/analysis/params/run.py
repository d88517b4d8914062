"""The typed model of a run file: one assessment of one period."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationInfo,
    field_validator,
    model_validator,
)

from analysis.errors import ParameterError
from analysis.params.controls import ControlTotal
from analysis.params.names import breaks_line, is_reserved
from analysis.params.output import check_output
from analysis.params.policy import DisclosurePolicy
from analysis.params.report import PlainName, Scope
from analysis.params.secrets import holds_password, secret_names
from analysis.params.source import SourceSettings
from analysis.text import Language


def _refuse_reserved(name: str) -> str:
    if is_reserved(name):
        raise ValueError("Windows keeps this name for a device")
    return name


def _refuse_breaks(text: str) -> str:
    if text != text.strip() or any(breaks_line(character) for character in text):
        raise ValueError("a text has one line and no blank before or after it")
    return text


RunName = Annotated[PlainName, AfterValidator(_refuse_reserved)]
"""A plain name that is no device of Windows."""

Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_refuse_breaks)]
"""A text of one line."""

Period = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_refuse_breaks)]
"""A label of one line."""

RunScope = Annotated[
    Scope,
    Field(max_length=200, json_schema_extra={"pattern": "^(bank|(region|branch):.*[^ ].*)$"}),
    AfterValidator(_refuse_breaks),
]
"""``bank``, ``region:NAME`` or ``branch:NAME``, in one line."""

OutputFolder = Annotated[str, Field(max_length=200), AfterValidator(check_output)]
"""Plain names with ``/`` between them, beneath the reports folder."""


ClusterAddress = Annotated[
    str, Field(max_length=200, pattern=r"^(tcp|tls|ws|wss)://[A-Za-z0-9._:\[\]-]+$")
]
"""Of a scheduler; its certificates are Dask's own settings."""


class _Settings(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class Budgets(_Settings):
    """How much time and memory a notebook may take before it is stopped."""

    minutes: float = Field(
        default=10.0, gt=0, le=1440, description="Minutes that one notebook may run."
    )
    minutes_per_cell: float | None = Field(
        default=None,
        gt=0,
        le=1440,
        description="Minutes that one cell may run; by default as long as the notebook.",
    )
    memory_gb: float = Field(
        default=4.0, gt=0, le=1024, description="Gigabytes of memory that one notebook may take."
    )

    @field_validator("minutes_per_cell")
    @classmethod
    def _within_notebook(cls, value: float | None, info: ValidationInfo) -> float | None:
        minutes = info.data.get("minutes")
        if value is not None and minutes is not None and value > minutes:
            raise ValueError("it is at most budgets.minutes")
        return value


class RunSource(SourceSettings):
    """A folder of tables, or a connection; secrets stand in its url as ``${NAME}``."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @field_validator("folder")
    @classmethod
    def _is_not_home(cls, value: Path | None) -> Path | None:
        if value is not None and str(value).startswith("~"):
            raise ValueError("a folder is written out: ~ is not expanded")
        return value

    @field_validator("url")
    @classmethod
    def _names_its_secrets(cls, value: str | None) -> str | None:
        if value is None:
            return value
        if any(character.isspace() for character in value):
            raise ValueError("a url has no blank")
        try:
            names = secret_names(value)
        except ParameterError as error:
            raise ValueError(str(error)) from None
        if holds_password(value):
            raise ValueError("a password is named as ${NAME}, never written out")
        if ":" not in value and not names:
            raise ValueError("a url begins with its kind, as in postgres://host/database")
        return value


class RunFile(_Settings):
    """One assessment run, as ``params/NAME.yaml`` describes it.

    Every text that names a secret keeps its placeholder, in every dump.

    Examples
    --------
    >>> run = RunFile.model_validate({
    ...     "run": "north", "title": {"en": "North"}, "period": "2025-Q4",
    ...     "as_of": "2025-12-31", "previous_as_of": "2025-09-30",
    ...     "scopes": ["region:North"], "languages": ["en"],
    ...     "source": {"folder": "../data"}, "reports": {"lifecycle": {}},
    ... })
    >>> run.output_folder, run.disclosure.minimum_units
    ('north', 10)
    """

    run: RunName = Field(description="The run's name: that of the file without .yaml.")
    languages: tuple[Language, ...] = Field(
        min_length=1,
        description="Languages of the pages: en, zh or both.",
        json_schema_extra={"uniqueItems": True},
    )
    title: dict[Language, Line] = Field(
        description="The run's title on its pages, in each of its languages."
    )
    period: Period = Field(description="The period's label as readers see it, such as 2025-Q4.")
    as_of: dt.date = Field(description="The day on which the data is looked at, YYYY-MM-DD.")
    previous_as_of: dt.date = Field(description="The same day of the period compared with.")
    follows: OutputFolder | None = Field(
        default=None,
        description="Folder, beneath the reports folder, of the run of the period before.",
    )
    author: Line | None = Field(
        default=None,
        description="Who answers for the run; its reviewers must be others.",
    )
    scopes: tuple[RunScope, ...] = Field(
        min_length=1,
        max_length=5000,
        description="Whom the reports are about, one page each: bank, region:NAME, branch:NAME.",
        json_schema_extra={"uniqueItems": True},
    )
    source: RunSource = Field(description="Where the tables come from: either a folder or a url.")
    disclosure: DisclosurePolicy = Field(
        default=DisclosurePolicy(), description="Rules that protect customers and staff."
    )
    controls: dict[PlainName, ControlTotal] = Field(
        default_factory=dict,
        description="Totals that the source must add up to; a break bars approval.",
    )
    budgets: Budgets = Field(default=Budgets(), description="Limits of one notebook.")
    cluster: ClusterAddress | None = Field(
        default=None,
        description="Address of a Dask scheduler whose workers run the reports, such as "
        "tcp://host:8786; by default they run on this machine.",
    )
    output: OutputFolder | None = Field(
        default=None,
        description="Folder of the pages beneath the reports folder; by default the run's name.",
    )
    reports: dict[PlainName, dict[str, JsonValue]] = Field(
        min_length=1,
        description="Each report to run, with its own parameters; {} takes every default.",
    )

    @property
    def output_folder(self) -> str:
        """The folder of the run's pages, relative to the reports folder."""
        return self.output if self.output is not None else self.run

    @field_validator("languages", "scopes")
    @classmethod
    def _lists_once(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        _refuse_twins(values)
        return values

    @field_validator("reports")
    @classmethod
    def _names_once(
        cls, values: dict[str, dict[str, JsonValue]]
    ) -> dict[str, dict[str, JsonValue]]:
        _refuse_twins(values)
        return values

    @field_validator("title")
    @classmethod
    def _is_in_every_language(
        cls, value: dict[Language, str], info: ValidationInfo
    ) -> dict[Language, str]:
        missing = [name for name in info.data.get("languages", ()) if name not in value]
        if missing:
            raise ValueError(f"languages asks for a title in {' and '.join(missing)} too")
        return value

    @model_validator(mode="after")
    def _follows_another(self) -> RunFile:
        if self.follows == self.output_folder:
            raise ValueError("follows: a run cannot follow itself")
        return self

    @field_validator("previous_as_of")
    @classmethod
    def _is_earlier(cls, value: dt.date, info: ValidationInfo) -> dt.date:
        as_of = info.data.get("as_of")
        if as_of is not None and value >= as_of:
            raise ValueError(f"it must be earlier than as_of, {as_of}")
        return value


def _refuse_twins(names: tuple[str, ...] | dict[str, dict[str, JsonValue]]) -> None:
    for folded, count in Counter(name.casefold() for name in names).items():
        if count > 1:
            twins = [name for name in names if name.casefold() == folded]
            if len(set(twins)) == 1:
                raise ValueError(f"{twins[0]!r} is listed {count} times")
            shown = ", ".join(repr(name) for name in dict.fromkeys(twins))
            raise ValueError(f"{shown} differ by case only and would share a folder")

"""What a report declares about itself, and the parameters that all reports share."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from analysis.text import Message

PlainName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""Letters, digits, ``-`` and ``_``: safe as a file name on every system."""


def _check_scope(text: str) -> str:
    kind, _, name = text.partition(":")
    if text == "bank" or (kind in {"region", "branch"} and name.strip() == name != ""):
        return text
    raise ValueError("a scope is 'bank', 'region:NAME' or 'branch:NAME'")


Scope = Annotated[str, AfterValidator(_check_scope)]
"""``bank``, ``region:NAME`` or ``branch:NAME``."""


class ReportParameters(BaseModel):
    """The parameters that every report has; a report's own model adds its own.

    The parameters cell of the report's notebook holds the same names with the
    same defaults (a test compares them).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    run: PlainName = Field(
        default="sample",
        description="The run file params/RUN.yaml: source, languages and disclosure rules.",
    )
    as_of: dt.date = Field(
        default=dt.date(2025, 12, 31), description="The day on which the data is looked at."
    )
    previous_as_of: dt.date = Field(
        default=dt.date(2025, 9, 30), description="The same day of the period compared with."
    )
    scope: Scope = Field(default="bank", description="bank, region:NAME or branch:NAME.")
    confidence: float = Field(
        default=0.95, ge=0.5, le=0.999, description="Coverage of every interval, a fraction."
    )

    @model_validator(mode="after")
    def _previous_is_earlier(self) -> ReportParameters:
        if self.previous_as_of >= self.as_of:
            raise ValueError("previous_as_of must be earlier than as_of")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """A report: its notebook ``notebooks/NAME.ipynb`` and its package ``analysis.NAME``.

    ``analysis/NAME/report.py`` defines ``REPORT = ReportSpec(...)``; nothing else
    registers a report.

    Attributes
    ----------
    name : str
        The notebook's and the package's name.
    title, question : Message
        For the page and for ``assess list``.
    parameters : type of ReportParameters
    tables : tuple of str
        Tables of the contract that it cannot do without.
    optional_tables : tuple of str
        Tables that add sections where the source has them.
    after : tuple of str
        Reports whose results it cannot do without, run before it.
    reads_others : bool
        Whether it reads the results of every other report that the run asks for, and of
        the runs that this one follows. It runs after them, and goes on without those that
        failed or were not asked for.
    """

    name: str
    title: Message
    question: Message
    parameters: type[ReportParameters]
    tables: tuple[str, ...]
    optional_tables: tuple[str, ...] = ()
    after: tuple[str, ...] = field(default=())
    reads_others: bool = False

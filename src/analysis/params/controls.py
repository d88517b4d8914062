"""Control totals: what the bank's own books say that a table must add up to."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ControlTotal(BaseModel):
    """A number of rows, or the sum of a column, that the source must give."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    table: str = Field(description="Table of the data contract, in whole: no scope narrows it.")
    column: str | None = Field(
        default=None, description="The column that is summed; without it rows are counted."
    )
    where: dict[str, str] = Field(
        default_factory=dict, description="Only rows with these values: column: value."
    )
    until: str | None = Field(
        default=None, description="Only rows whose date in this column is not after the as-of date."
    )
    expected: float = Field(description="What the books say.")
    within: Annotated[float, Field(ge=0)] = Field(
        default=0.0, description="How far off it may be, in the column's unit or in rows."
    )
    within_share: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.0, description="How far off it may be, as a fraction of what is expected."
    )

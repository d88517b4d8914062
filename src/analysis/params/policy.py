"""The disclosure rules that a run is published under."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class DisclosurePolicy(BaseModel):
    """Thresholds of the disclosure gate; parameters of a run, never of a cell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minimum_units: int = Field(
        default=10, ge=3, le=1000, description="Statistics on fewer distinct units are suppressed."
    )
    rounding_base: int = Field(
        default=5, ge=1, le=1000, description="Counts are rounded to multiples of this."
    )
    dominance_share: float = Field(
        default=0.85,
        gt=0.0,
        le=1.0,
        description="The two largest contributors hold at most this share of a sum.",
    )

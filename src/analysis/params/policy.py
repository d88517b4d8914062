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
    full_group_units: int = Field(
        default=20,
        ge=1,
        le=100_000,
        description="A smaller group is not shown to be all, or not at all, of one kind.",
    )
    prior_share: float = Field(
        default=0.10,
        ge=0.0,
        lt=1.0,
        description=(
            "Nobody may be able to work out a contributor's part of a sum, or a withheld sum, to "
            "within this fraction of it (the p % rule)."
        ),
    )
    degrees_of_freedom: int = Field(
        default=10,
        ge=1,
        le=1000,
        description="Models with fewer residual degrees of freedom are withheld.",
    )

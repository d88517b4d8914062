"""Parameters of drivers, prices, segments and texts."""

from __future__ import annotations

from pydantic import BaseModel, Field

from analysis.market_research.rules import TextRules


class VoiceSettings(BaseModel):
    """What is taken for a realistic improvement, how many segments, which texts."""

    improved_share: float = Field(
        default=0.25,
        gt=0,
        le=1,
        description="Share of those dissatisfied with a step who would rate it a point higher.",
    )
    most_segments: int = Field(
        default=7, ge=2, le=12, description="Largest number of segments that is tried."
    )
    text_months: int = Field(
        default=12, ge=2, le=60, description="Months of texts that are read, up to as_of."
    )
    fewest_texts: int = Field(
        default=10,
        ge=10,
        le=1000,
        description="A theme or a word is shown from so many texts on.",
    )
    quotations: int = Field(
        default=2, ge=0, le=5, description="Quotations for each theme and language."
    )

    @property
    def text_rules(self) -> TextRules:
        """Which texts are read, and from how many on something is shown."""
        return TextRules(
            months=self.text_months, fewest=self.fewest_texts, quotations=self.quotations
        )

"""How people see us and the others, and how image and facts differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.answers import NotAssessed
from analysis.competitor_comparison.attributes import PointByPoint
from analysis.competitor_comparison.facts import Doubt, Register
from analysis.competitor_comparison.rules import DoubtRules
from analysis.data.rows import day, fetch, names, text
from analysis.data.tables import Bank
from analysis.results import Estimate
from analysis.stats.correspondence_analysis import Correspondence, correspondence
from analysis.stats.map_stability import MINIMUM_TOTAL, MapStability, map_stability
from analysis.stats.proportions import share, share_difference
from analysis.text import Words, message

_FEWEST = 3
_THIN = message("fewer than three institutions or attributes have enough answers.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageGap:
    """An attribute of ours: how often it is said of us, and whether the facts agree.

    Attributes
    ----------
    name : Words
    mentions, asked : int
    own : Estimate
        Share of those asked who say that it fits us.
    difference : Estimate
        That share less the competitors' together.
    criterion : str
        What measures the same in fact; empty where nothing does.
    fact_side : int or None
        1 where the facts put us ahead of the competitors' median, -1 behind, 0 neither.
    """

    name: Words
    mentions: int
    asked: int
    own: Estimate
    difference: Estimate
    criterion: str
    fact_side: int | None

    @property
    def image_side(self) -> int:
        """1 where the image is better than the competitors', -1 worse, 0 within the noise."""
        return (self.difference.low > 0) - (self.difference.high < 0)

    @property
    def disagrees(self) -> bool:
        """Whether image and fact point in different directions."""
        return self.fact_side is not None and self.fact_side != self.image_side


@dataclass(frozen=True, slots=True, kw_only=True)
class Perception:
    """The map of brands and attributes.

    Attributes
    ----------
    register : Register
    institutions : tuple of str
    attributes : mapping of str to Words
    found : Correspondence
    stability : MapStability
    gaps : tuple of ImageGap
    n : mapping of str to int
        Of each institution: how many were asked; of each attribute: all who were asked.
    doubts : mapping of str to frozenset of Doubt
    """

    register: Register
    institutions: tuple[str, ...]
    attributes: Mapping[str, Words]
    found: Correspondence
    stability: MapStability
    gaps: tuple[ImageGap, ...]
    n: Mapping[str, int]
    doubts: Mapping[str, frozenset[Doubt]]


def brand_perception(
    bank: Bank,
    register: Register,
    points: PointByPoint | NotAssessed,
    *,
    doubt: DoubtRules,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Perception | NotAssessed:
    """Map brands and attributes, and hold the image against the facts.

    Parameters
    ----------
    bank : Bank
        Uses ``brand_perceptions``; of each institution the last survey.
    register : Register
    points : PointByPoint
    doubt : DoubtRules
    confidence : float
    rng : numpy.random.Generator
    draws : int
    """
    question = message("How are we seen?")
    if not bank.has("brand_perceptions"):
        return NotAssessed(
            name="perception",
            question=question,
            reason=message("the source has no brand perceptions."),
        )
    frame = fetch(bank, "brand_perceptions")
    frame["day"] = [day(value) for value in frame.observed_on]
    frame = frame[frame.day <= register.as_of]
    frame = frame[frame.day == frame.groupby("institution_id").day.transform("max")]
    by_cell = {
        (str(row.institution_id), str(row.brand_attribute)): row for row in frame.itertuples()
    }
    attributes = {str(row.brand_attribute): row for row in frame.itertuples()}
    keys = tuple(
        key for key in register.keys if all((key, attribute) in by_cell for attribute in attributes)
    )
    labels = tuple(sorted(attributes))
    mentions = np.array([[by_cell[k, a].mentions for a in labels] for k in keys], dtype=int)
    asked = np.array([[by_cell[k, a].asked for a in labels] for k in keys], dtype=int)
    enough = min(mentions.shape) >= _FEWEST and register.own in keys if mentions.size else False
    if not enough or min(mentions.sum(0).min(), mentions.sum(1).min()) < MINIMUM_TOTAL:
        return NotAssessed(name="perception", question=question, reason=_THIN)
    evidence = {
        key: register.evidence(
            source=str(by_cell[key, labels[0]].source_id),
            method="survey",
            observed_on=day(by_cell[key, labels[0]].day),
            old_after_months=doubt.perception_old_after_months,
        )
        for key in keys
    }
    return Perception(
        register=register,
        institutions=keys,
        attributes={a: names(attributes[a], "attribute_en", "attribute_zh") for a in labels},
        found=correspondence(mentions, rows=keys, columns=labels),
        stability=map_stability(
            mentions,
            rows=keys,
            columns=labels,
            rng=rng,
            asked=asked,
            draws=draws,
            confidence=confidence,
        ),
        gaps=tuple(
            _gap(
                names(attributes[a], "attribute_en", "attribute_zh"),
                mentions[:, j],
                asked[:, j],
                text(getattr(attributes[a], "criterion_id", None)),
                points,
                confidence,
            )
            for j, a in enumerate(labels)
        ),
        n={
            **{key: int(asked[i].max()) for i, key in enumerate(keys)},
            **{a: int(asked[:, j].sum()) for j, a in enumerate(labels)},
        },
        doubts={key: found.doubts for key, found in evidence.items()},
    )


def _gap(
    name: Words,
    mentions: np.ndarray,
    asked: np.ndarray,
    criterion: str,
    points: PointByPoint | NotAssessed,
    confidence: float,
) -> ImageGap:
    """Our own row comes first."""
    own, own_asked = int(mentions[0]), int(asked[0])
    fact_side = None
    if not isinstance(points, NotAssessed) and criterion in {
        position.criterion.key for position in points.positions
    }:
        fact_side = points.position(criterion).stands
    return ImageGap(
        name=name,
        mentions=own,
        asked=own_asked,
        own=share(own, own_asked, confidence=confidence),
        difference=share_difference(
            own,
            own_asked,
            int(mentions[1:].sum()),
            int(asked[1:].sum()),
            confidence=confidence,
        ),
        criterion=criterion,
        fact_side=fact_side,
    )

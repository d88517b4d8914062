"""How we are seen: the planted profiles, and image against facts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.competitor_comparison.perception import Perception, brand_perception

Compare = Callable[..., Any]


def look(comparison: Any) -> Perception | NotAssessed:
    return brand_perception(
        comparison.bank,
        comparison.who,
        comparison.points(),
        doubt=comparison.p.doubt_rules,
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=200,
    )


def test_the_planted_chances_lie_in_the_intervals(compare: Compare, truths: dict[str, Any]) -> None:
    seen = look(compare())
    assert isinstance(seen, Perception)
    planted = truths["market"]["brand_chances"]["value"]["OWN"]
    inside = [
        gap.own.low <= planted[attribute] <= gap.own.high
        for attribute, gap in zip(seen.attributes, seen.gaps, strict=True)
    ]
    assert sum(inside) >= 7  # eight intervals of 95 %


def test_two_axes_show_the_differences_and_we_lie_near_the_middle(compare: Compare) -> None:
    """All planted differences lie along two directions, and ours are next to none."""
    seen = look(compare())
    assert isinstance(seen, Perception)
    assert seen.found.inertia_shares[:2].sum() > 0.95
    differs = {point.label: point.differs_from_average for point in seen.stability.rows}
    assert all(differs[name] for name in differs if name != "OWN")
    away = dict(
        zip(seen.found.rows.labels, np.hypot(*seen.found.rows.coordinates[:, :2].T), strict=True)
    )
    assert min(away, key=lambda name: away[name]) == "OWN"


def test_the_planted_chances_decide_the_side_of_the_image(
    compare: Compare, truths: dict[str, Any]
) -> None:
    seen = look(compare())
    assert isinstance(seen, Perception)
    chances = truths["market"]["brand_chances"]["value"]
    for attribute, gap in zip(seen.attributes, seen.gaps, strict=True):
        others = [c[attribute] for name, c in chances.items() if name != "OWN"]
        if gap.image_side:
            assert gap.image_side == np.sign(chances["OWN"][attribute] - np.mean(others))


def test_the_last_survey_counts(compare: Compare) -> None:
    def earlier(answers: pd.DataFrame) -> pd.DataFrame:
        old = answers.assign(observed_on=pd.Timestamp("2024-12-31").date(), mentions=1)
        return pd.concat([old, answers])

    again, once = look(compare({"brand_perceptions": earlier})), look(compare())
    assert isinstance(again, Perception)
    assert isinstance(once, Perception)
    assert [gap.own for gap in again.gaps] == [gap.own for gap in once.gaps]


def test_too_few_answers_are_not_assessed(compare: Compare) -> None:
    thin = compare({"brand_perceptions": lambda a: a.assign(mentions=1)})
    assert isinstance(look(thin), NotAssessed)
    assert isinstance(look(compare({"brand_perceptions": lambda _: None})), NotAssessed)

"""Response rates: the published example, coverage, what does not change them, refusals."""

from collections.abc import Callable

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.response_rates import Dispositions, response_rates

NAMES = tuple(Dispositions.__dataclass_fields__)


def outcomes(*counts: int) -> Dispositions:
    return Dispositions(**dict(zip(NAMES, counts, strict=True)))


def test_the_published_example() -> None:
    """Vignette of the R package outcomerate: I 760, P 339, R 59, NC 288, O 1, U 173, NE 71."""
    found = response_rates(outcomes(760, 339, 59, 288, 1, 173, 71))
    published = (0.46913580, 0.67839506, 0.47149080, 0.68180052, 0.52522460, 0.75950242)
    for name, value in zip(("rr1", "rr2", "rr3", "rr4", "rr5", "rr6"), published, strict=True):
        assert getattr(found, name).value == pytest.approx(value, abs=5e-9)


def test_intervals_cover_the_chance_of_answering(assert_covers: Callable[..., None]) -> None:
    """RR3 estimates the chance of an eligible person, RR5 that of one whose outcome is known."""
    rng = np.random.default_rng(5)
    chances = np.array([0.30, 0.04, 0.18, 0.28, 0.02, 0.12, 0.06])
    known = chances[:5].sum()
    eligible = known + chances[5] * known / (known + chances[6])
    hits = np.zeros(2, int)
    for _ in range(500):
        found = response_rates(outcomes(*rng.multinomial(900, chances).tolist()))
        hits += [
            found.rr3.low <= chances[0] / eligible <= found.rr3.high,
            found.rr5.low <= chances[0] / known <= found.rr5.high,
        ]
    assert_covers(hits[0], 500, 0.95)
    assert_covers(hits[1], 500, 0.95)


def test_the_rates_are_in_order_and_need_no_order_of_the_silent() -> None:
    found = response_rates(outcomes(300, 20, 150, 250, 10, 100, 70))
    assert found.rr1.value < found.rr3.value < found.rr5.value
    swapped = response_rates(outcomes(300, 20, 250, 10, 150, 100, 70))
    for name in ("rr1", "rr2", "rr3", "rr4", "rr5", "rr6"):
        one, other = getattr(found, name), getattr(swapped, name)
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


def test_without_unknown_cases_all_rates_agree() -> None:
    found = response_rates(outcomes(40, 0, 30, 30, 0, 0, 5))
    assert found.rr1.value == found.rr3.value == found.rr6.value == 0.4


def test_edges_are_points() -> None:
    nobody = response_rates(outcomes(0, 0, 30, 30, 0, 0, 5))
    assert (nobody.rr1.low, nobody.rr1.high) == (0.0, 0.0)


def test_what_is_no_wave_is_refused() -> None:
    with pytest.raises(EstimationError, match="nobody who was invited is known to be eligible"):
        response_rates(outcomes(0, 0, 0, 0, 0, 10, 5))
    with pytest.raises(EstimationError, match="complete is no count"):
        response_rates(outcomes(-1, 0, 5, 0, 0, 10, 5))

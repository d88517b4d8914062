"""Stability of a map: coverage even where axes are all but equal, width, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.correspondence_analysis import correspondence
from analysis.stats.map_stability import METHOD, map_stability

# Greenacre, M. (1984), Theory and Applications of Correspondence Analysis: staff by smoking
SMOKERS = np.array([[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]])


def names(prefix, n):
    return [f"{prefix}{k}" for k in range(n)]


# brands by attributes: the second and third axis are all but equal, which is hard to map
BRANDS = np.array(
    [
        [120, 60, 40, 80, 30],
        [50, 110, 60, 40, 70],
        [30, 45, 130, 60, 50],
        [80, 70, 55, 90, 60],
        [45, 30, 70, 40, 95],
        [60, 90, 80, 70, 40],
    ]
)


def truth_laid_over(truth, shown):
    """True points turned onto the shown map, in all axes, by least squares of mass."""
    masses = np.concatenate([shown.rows.masses, shown.columns.masses])
    there = np.vstack([truth.rows.coordinates, truth.columns.coordinates])
    here = np.vstack([shown.rows.coordinates, shown.columns.coordinates])
    axes = min(there.shape[1], here.shape[1])
    left, _, right = np.linalg.svd((there[:, :axes] * masses[:, None]).T @ here[:, :axes])
    return (there[:, :axes] @ left @ right)[:, :2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("truth", "n"), [(BRANDS, 1500), (BRANDS, 6000), (5 * SMOKERS, 965)], ids=["few", "many", "one"]
)
def test_points_are_covered_as_often_as_claimed(assert_covers, truth, n):
    rng = np.random.default_rng(21)
    rows, columns = names("r", truth.shape[0]), names("c", truth.shape[1])
    real = correspondence(truth, rows=rows, columns=columns)
    hits, ellipses, points = 0, 0, 0
    for _ in range(200):
        drawn = rng.multinomial(n, (truth / truth.sum()).ravel()).reshape(truth.shape)
        shown = correspondence(drawn, rows=rows, columns=columns)
        found = map_stability(drawn, rows=rows, columns=columns, rng=rng, draws=200)
        true = truth_laid_over(real, shown)
        for point, at in zip((*found.rows, *found.columns), true, strict=True):
            hits += (not point.axis_1.excludes(at[0])) + (not point.axis_2.excludes(at[1]))
            points += 1
            off = at - (point.axis_1.value, point.axis_2.value)
            v1, c, v2 = point.covariance
            ellipses += off @ np.linalg.solve([[v1, c], [c, v2]], off) <= 5.991
    # Points of one map depend on each other: the tolerance is that of the 200 maps alone.
    assert_covers(round(200 * hits / (2 * points)), 200, 0.95)
    assert_covers(round(200 * ellipses / points), 200, 0.95)


@pytest.mark.slow
def test_points_of_free_mentions_are_covered_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(22)
    asked = 400
    rows, columns = names("r", 6), names("c", 5)
    rates = BRANDS / asked
    real = correspondence(BRANDS, rows=rows, columns=columns)
    hits, points = 0, 0
    for _ in range(200):
        drawn = rng.binomial(asked, rates)
        shown = correspondence(drawn, rows=rows, columns=columns)
        found = map_stability(drawn, rows=rows, columns=columns, rng=rng, draws=200, asked=asked)
        true = truth_laid_over(real, shown)
        for point, at in zip((*found.rows, *found.columns), true, strict=True):
            hits += (not point.axis_1.excludes(at[0])) + (not point.axis_2.excludes(at[1]))
            points += 2
    assert_covers(round(200 * hits / points), 200, 0.95)


def stability_of(table, seed=1, **options):
    rows, columns = names("r", len(table)), names("c", len(table[0]))
    return map_stability(
        table, rows=rows, columns=columns, rng=np.random.default_rng(seed), draws=200, **options
    )


def test_intervals_sit_on_the_map_that_is_shown():
    shown = correspondence(BRANDS, rows=names("r", 6), columns=names("c", 5))
    found = stability_of(BRANDS)
    assert found.replicates == 200
    for k, point in enumerate(found.rows):
        assert (point.axis_1.value, point.axis_2.value) == pytest.approx(
            tuple(shown.rows.coordinates[k, :2])
        )


def test_four_times_the_sample_halves_the_intervals():
    one, four = stability_of(BRANDS), stability_of(4 * BRANDS)
    ratio = [
        (a.axis_1.high - a.axis_1.low) / (b.axis_1.high - b.axis_1.low)
        for a, b in zip(one.rows, four.rows, strict=True)
    ]
    assert np.mean(ratio) == pytest.approx(2, rel=0.15)


def test_a_brand_like_the_average_is_not_told_from_it():
    table = np.vstack([BRANDS, np.round(BRANDS.mean(axis=0))]).astype(int)
    found = stability_of(table)
    assert not found.rows[-1].differs_from_average
    assert found.rows[0].differs_from_average


def test_same_generator_same_intervals():
    assert stability_of(BRANDS) == stability_of(BRANDS)
    assert stability_of(BRANDS) != stability_of(BRANDS, seed=2)


def test_mentions_of_nearly_everybody_vary_less():
    # binomial cells near their ceiling hardly vary; drawing the total anew ignores that
    free = stability_of(BRANDS, asked=BRANDS + 1)
    total = stability_of(BRANDS)
    assert free.rows[0].covariance[0] < 0.1 * total.rows[0].covariance[0]


def test_what_is_too_thin_for_stability_is_refused():
    with pytest.raises(EstimationError, match=r"table too small .*found 5 by 4, 11 counts"):
        stability_of(SMOKERS.tolist())
    with pytest.raises(EstimationError, match="need at least 3 by 3"):
        stability_of([[100, 50], [50, 100]])
    with pytest.raises(EstimationError, match="fewer were asked than mentioned it: found 1 of 30"):
        stability_of(BRANDS.tolist(), asked=129)
    with pytest.raises(EstimationError, match="too few draws"):
        map_stability(
            BRANDS, rows=names("r", 6), columns=names("c", 5),
            rng=np.random.default_rng(1), draws=10,
        )  # fmt: skip


def test_the_method_names_its_source():
    assert "Procrustes" in METHOD.citation

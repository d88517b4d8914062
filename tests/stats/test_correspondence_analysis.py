"""Correspondence analysis: Greenacre's smokers, point by point, and what must add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from analysis.errors import EstimationError
from analysis.stats.correspondence_analysis import METHOD, correspondence

# Greenacre, M. (1984), Theory and Applications of Correspondence Analysis: staff by smoking
SMOKERS = np.array([[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]])

STAFF = (
    "senior managers",
    "junior managers",
    "senior employees",
    "junior employees",
    "secretaries",
)

HABITS = ("none", "light", "medium", "heavy")

# Nenadic, O., Greenacre, M. (2007), J. Statistical Software 20(3): summary of the R package
# ca, in thousandths: mass, quality, inertia, then coordinate, cos2 and contribution by axis.
# Its first axis points the other way (there senior employees are negative).
PUBLISHED_ROWS = {
    "senior managers": (57, 893, 31, -66, 92, 3, -194, 800, 214),
    "junior managers": (93, 991, 139, 259, 526, 84, -243, 465, 551),
    "senior employees": (264, 1000, 450, -381, 999, 512, -11, 1, 3),
    "junior employees": (456, 1000, 308, 233, 942, 331, 58, 58, 152),
    "secretaries": (130, 999, 71, -201, 865, 70, 79, 133, 81),
}

PUBLISHED_COLUMNS = {
    "none": (316, 1000, 577, -393, 994, 654, -30, 6, 29),
    "light": (233, 984, 83, 99, 327, 31, 141, 657, 463),
    "medium": (321, 983, 148, 196, 982, 166, 7, 1, 2),
    "heavy": (130, 995, 192, 294, 684, 150, -198, 310, 506),
}

tables = st.lists(
    st.lists(st.integers(1, 60), min_size=4, max_size=4), min_size=3, max_size=5
).filter(lambda rows: correspondence_of(rows) is not None)


def names(prefix, n):
    return [f"{prefix}{k}" for k in range(n)]


def correspondence_of(table):
    table = np.asarray(table)
    try:
        return correspondence(
            table, rows=names("r", table.shape[0]), columns=names("c", table.shape[1])
        )
    except EstimationError:
        return None


def smokers():
    return correspondence(SMOKERS, rows=STAFF, columns=HABITS)


def test_smokers_have_the_published_inertias():
    found = smokers()
    assert found.n == 193
    assert found.total_inertia == pytest.approx(0.08519, abs=5e-6)
    assert found.principal_inertias == pytest.approx([0.07476, 0.01002, 0.00041], abs=5e-6)
    assert found.inertia_shares == pytest.approx([0.8776, 0.1176, 0.0049], abs=5e-5)


@pytest.mark.parametrize("side", ["rows", "columns"])
def test_smokers_have_the_published_points(side):
    found = smokers()
    points = getattr(found, side)
    published = np.array(
        [(PUBLISHED_ROWS if side == "rows" else PUBLISHED_COLUMNS)[x] for x in points.labels]
    )
    # which way each axis points is a convention: theirs is told from the first row
    signs = np.sign(found.rows.coordinates[0, :2]) * np.sign(PUBLISHED_ROWS[STAFF[0]][3::3])
    ours = np.column_stack(
        [
            points.masses, points.quality(), points.inertia_shares,
            points.coordinates[:, 0] * signs[0], points.cos2[:, 0], points.contributions[:, 0],
            points.coordinates[:, 1] * signs[1], points.cos2[:, 1], points.contributions[:, 1],
        ]
    )  # fmt: skip
    assert ours == pytest.approx(published / 1000, abs=5.1e-4)


def test_the_row_that_contributes_most_lies_on_the_positive_side():
    rows = smokers().rows
    most = rows.contributions.argmax(axis=0)
    assert (rows.coordinates[most, np.arange(3)] > 0).all()
    assert rows.labels[most[0]] == "senior employees"


def test_inertia_is_chi_square_by_the_number_counted():
    found = smokers()
    test = chi2_contingency(SMOKERS, correction=False)
    assert found.chi2 == pytest.approx(test.statistic)
    assert found.degrees_of_freedom == test.dof
    assert found.p_value == pytest.approx(test.pvalue)


@settings(deadline=None)
@given(tables)
def test_distances_on_all_axes_are_chi_square_distances(table):
    found = correspondence_of(table)
    shares = np.asarray(table) / np.sum(table)
    profiles = shares / shares.sum(axis=1, keepdims=True)
    for a in range(len(table)):
        for b in range(a):
            expected = ((profiles[a] - profiles[b]) ** 2 / shares.sum(axis=0)).sum()
            drawn = ((found.rows.coordinates[a] - found.rows.coordinates[b]) ** 2).sum()
            assert drawn == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(tables)
def test_parts_add_up(table):
    found = correspondence_of(table)
    assert found.principal_inertias.sum() == pytest.approx(found.total_inertia)
    assert (np.diff(found.principal_inertias) <= 1e-12).all()
    for points in (found.rows, found.columns):
        assert points.masses.sum() == pytest.approx(1)
        assert points.inertia_shares.sum() == pytest.approx(1)
        assert points.contributions.sum(axis=0) == pytest.approx(np.ones(found.inertia_shares.size))
        # the average of all points is the origin, and its spread the principal inertia
        assert points.masses @ points.coordinates == pytest.approx(0, abs=1e-9)
        assert points.masses @ points.coordinates**2 == pytest.approx(found.principal_inertias)


def test_rows_and_columns_change_roles_when_the_table_is_turned():
    straight = smokers()
    turned = correspondence(SMOKERS.T, rows=HABITS, columns=STAFF)
    assert turned.principal_inertias == pytest.approx(straight.principal_inertias)
    assert np.abs(turned.columns.coordinates) == pytest.approx(np.abs(straight.rows.coordinates))


def test_order_of_rows_and_size_of_the_sample_do_not_matter():
    straight = smokers()
    order = [3, 0, 4, 1, 2]
    shuffled = correspondence(7 * SMOKERS[order], rows=[STAFF[k] for k in order], columns=HABITS)
    assert shuffled.principal_inertias == pytest.approx(straight.principal_inertias)
    assert shuffled.rows.coordinates == pytest.approx(straight.rows.coordinates[order])
    assert shuffled.columns.coordinates == pytest.approx(straight.columns.coordinates)


def test_merging_rows_of_equal_profile_changes_nothing():
    doubled = np.vstack([SMOKERS, 2 * SMOKERS[:1]])
    whole = SMOKERS.copy()
    whole[0] *= 3
    apart = correspondence(doubled, rows=[*STAFF, "more"], columns=HABITS)
    merged = correspondence(whole, rows=STAFF, columns=HABITS)
    assert apart.total_inertia == pytest.approx(merged.total_inertia)
    assert apart.columns.coordinates[:, :2] == pytest.approx(merged.columns.coordinates[:, :2])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([[1, 2], [3.5, 4]], "cells are no counts: found 1 of 4 cells"),
        ([[1, -2], [3, 4]], "cells are no counts"),
        ([[0, 0], [3, 4]], "rows or columns without any count: found r0"),
        ([[2, 0], [3, 0]], "rows or columns without any count: found c1"),
        ([[1, 2]], "no table to map: found 1 rows and 2 columns"),
        ([[1, 2], [2, 4]], "nothing to map: found rows with equal profiles"),
    ],
)
def test_what_cannot_be_mapped_is_refused(table, said):
    with pytest.raises(EstimationError, match=said):
        correspondence(table, rows=names("r", len(table)), columns=names("c", len(table[0])))


def test_the_method_names_its_source():
    assert "Greenacre" in METHOD.citation

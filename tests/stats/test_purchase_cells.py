import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.purchase_cells import PurchaseCells, reduce_to_cells


def make_cells(**changes):
    columns = {
        "frequency": [0, 2, 1],
        "recency": [0.0, 30.43, 1.71],
        "age": [38.86, 38.86, 38.86],
        "weight": [5, 1, 2],
        "time_unit": "weeks",
    }
    return PurchaseCells(**(columns | changes))


def test_counts_customers_and_purchases():
    cells = make_cells()
    assert cells.n_customers == 8
    assert cells.n_repeat_customers == 3
    assert cells.n_repeat_purchases == 4


def test_reduction_counts_equal_histories():
    cells = reduce_to_cells([1, 0, 1, 0, 1], [4, 0, 4, 0, 5], [9, 9, 9, 8, 9], time_unit="months")
    rows = list(
        zip(
            cells.frequency.tolist(),
            cells.recency.tolist(),
            cells.age.tolist(),
            cells.weight.tolist(),
            strict=True,
        )
    )
    assert rows == [(0, 0, 8, 1), (0, 0, 9, 1), (1, 4, 9, 2), (1, 5, 9, 1)]


def test_reduction_adds_up_weights_that_are_given():
    cells = reduce_to_cells([1, 1], [4, 4], [9, 9], time_unit="days", weight=[3, 4])
    assert cells.weight.tolist() == [7]


def test_arrays_are_copied_and_read_only():
    recency = np.array([0.0, 30.43, 1.71])
    cells = make_cells(recency=recency)
    recency[1] = 0.0
    assert cells.recency[1] == 30.43
    with pytest.raises(ValueError, match="read-only"):
        cells.recency[1] = 0.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recency": [0.0, 40.0, 1.71]}, "recency exceeds age"),
        ({"recency": [3.0, 30.43, 1.71]}, "recency without a repeat purchase"),
        ({"recency": [0.0, np.nan, 1.71]}, "missing or infinite values .* 1 in recency"),
        ({"recency": [0.0, -1.0, 1.71]}, "negative recency or age"),
        ({"frequency": [0, 1.5, 1]}, "frequency is not a count"),
        ({"weight": [0, 1, 1]}, "weight is not a count of customers"),
        ({"weight": [1, 1]}, "not columns of one length"),
        ({name: [] for name in ("frequency", "recency", "age", "weight")}, "at least one row"),
        ({"time_unit": "years"}, "unknown time unit"),
    ],
)
def test_contradictions_are_refused(changes, said):
    with pytest.raises(EstimationError, match=said):
        make_cells(**changes)


def test_all_contradictions_are_named_at_once():
    with pytest.raises(EstimationError) as raised:
        make_cells(recency=[3.0, 40.0, 1.71], weight=[0, 1, 1])
    assert len(raised.value.problems) == 3

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.spend_cells import SpendCells, reduce_to_spend_cells


def test_reduction_counts_equal_pairs():
    cells = reduce_to_spend_cells([1, 2, 1, 0], [5.0, 3.0, 5.0, 0.0])
    assert cells.frequency.tolist() == [0, 1, 2]
    assert cells.weight.tolist() == [1, 2, 1]
    assert cells.n_repeat_customers == 3


@pytest.mark.parametrize("value", [0.0, -12.5])
def test_zero_and_negative_values_are_refused(value):
    with pytest.raises(EstimationError, match=r"zero or negative mean value .* found 1 cells"):
        SpendCells(frequency=[1, 2], mean_value=[10.0, value], weight=[1, 1])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (([1, 2], [10.0, np.inf], [1, 1]), "missing or infinite"),
        (([1, -2], [10.0, 5.0], [1, 1]), "frequency is not a count"),
        (([1, 2], [10.0, 5.0], [1, 0]), "weight is not a count"),
        (([1, 0], [10.0, 5.0], [1, 1]), "without a repeat purchase"),
        (([1, 2], [10.0], [1, 1]), "columns of one length"),
    ],
)
def test_contradictions_are_refused(columns, said):
    frequency, mean_value, weight = columns
    with pytest.raises(EstimationError, match=said):
        SpendCells(frequency=frequency, mean_value=mean_value, weight=weight)

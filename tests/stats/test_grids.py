"""Two-way tables: what is read, and what is refused."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.grids import count_table_problem, draws_problem, grid, label_problems


@pytest.mark.parametrize("values", [[1, 2, 3], [[1, 2], [3]], [], [[]], [["a", "b"]], 5])
def test_what_is_no_two_way_table_is_refused(values):
    with pytest.raises(EstimationError, match="volumes are no two-way table: found"):
        grid(values, name="volumes")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_cells_that_are_no_numbers_are_counted(value):
    with pytest.raises(EstimationError, match="cells that are no numbers: found 1 of 4"):
        grid([[1, 2], [3, value]], name="volumes")


def test_names_are_one_each_and_different():
    assert label_problems(["a", "b"], 2, name="rows") == []
    found = [str(problem) for problem in label_problems(["a", "a", "b"], 2, name="rows")]
    assert found[0].startswith("rows and values do not fit together: found 3 names for 2")
    assert found[1].startswith("rows are named twice: found a")


def test_counts_are_whole_and_not_negative():
    assert count_table_problem(np.array([[0.0, 3.0]]), name="flows") is None
    problem = count_table_problem(np.array([[-1.0, 2.5, 3.0]]), name="flows")
    assert str(problem).startswith("flows are no counts: found 2 of 3 cells")


def test_an_interval_takes_a_hundred_draws():
    assert draws_problem(100) is None
    assert str(draws_problem(99)).startswith("too few draws for an interval: found 99")

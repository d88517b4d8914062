"""Cases in which no effect may be read."""

import datetime as dt

import pytest

from analysis.errors import EstimationError
from analysis.stats.assignment_refusals import refuse_early_outcome, refuse_overlap


def test_an_outcome_before_the_assignment_is_refused():
    with pytest.raises(EstimationError, match="measured before the assignment: found counted"):
        refuse_early_outcome(
            outcome_from=dt.date(2025, 3, 1), last_assigned_on=dt.date(2025, 3, 15)
        )
    with pytest.raises(EstimationError, match="earlier measure reaches into the assignment"):
        refuse_early_outcome(
            outcome_from=dt.date(2025, 4, 1),
            last_assigned_on=dt.date(2025, 3, 15),
            prior_until=dt.date(2025, 3, 10),
            first_assigned_on=dt.date(2025, 3, 10),
        )


def test_overlapping_incentives_are_refused():
    refuse_overlap(customers=1000, in_another_incentive=10, allowed_share=0.01)
    with pytest.raises(EstimationError, match="other incentives reached the same customers"):
        refuse_overlap(customers=1000, in_another_incentive=11, allowed_share=0.01)

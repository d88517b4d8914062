"""First-stage units of a complex sample, and where there are too few for a variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import Problem
from analysis.stats.inputs import Integers

if TYPE_CHECKING:
    from analysis.stats.survey_design import SurveyDesign


def first_stage_units(design: SurveyDesign) -> tuple[Integers, Integers]:
    """Number the first-stage units of a clustered design, and give the stratum of each."""
    assert design.cluster is not None  # noqa: S101
    size = int(design.cluster.max()) + 1
    unique, units = np.unique(design.stratum * size + design.cluster, return_inverse=True)
    return np.asarray(units), np.asarray(unique // size)


def lonely_problem(design: SurveyDesign) -> Problem | None:
    """Say that a stratum has a single first-stage unit, or nothing."""
    strata = len(design.fraction)
    if design.cluster is None:
        counted = np.bincount(design.stratum, weights=design.people, minlength=strata)
    else:
        counted = np.bincount(first_stage_units(design)[1], minlength=strata).astype(np.float64)
    lonely = int(np.count_nonzero(counted == 1))
    if not lonely:
        return None
    return Problem(
        what="strata with a single first-stage unit",
        found=f"{lonely} of {strata}",
        needed="2 units in each, for a design-based error",
        next_step="Join such strata with a neighbour in the invitations.",
    )

"""The change of an index is split without a rest."""

import math

from hypothesis import given
from hypothesis import strategies as st

from analysis.stats.attainment import TargetScale
from analysis.stats.index_change import IndexPart, index_of, split_change

SCALES = st.builds(
    lambda zero, length: TargetScale(target_low=zero + length, zero_low=zero),
    st.floats(-5, 5),
    st.floats(0.1, 5),
)
PARTS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.builds(
        lambda value, scale, weight: IndexPart(value=value, scale=scale, weight=weight),
        st.floats(-10, 10),
        SCALES,
        st.floats(0, 1),
    ),
)


@given(before=PARTS, after=PARTS)
def test_parts_and_causes_add_up_to_the_change_of_the_index(before, after):
    found = split_change(before, after)
    total = math.fsum(part.total for part in found)
    assert math.isclose(total, index_of(after) - index_of(before), abs_tol=1e-12)
    for part in found:
        causes = part.performance + part.target + part.weight + part.coverage
        assert math.isclose(causes, part.total, abs_tol=1e-12)


@given(before=PARTS, after=PARTS)
def test_looking_back_turns_every_sign(before, after):
    forth, back = split_change(before, after), split_change(after, before)
    for one, other in zip(forth, back, strict=True):
        assert math.isclose(one.performance, -other.performance, abs_tol=1e-12)
        assert math.isclose(one.target, -other.target, abs_tol=1e-12)


SCALE = TargetScale(target_low=1.0, zero_low=0.0)


def part(value, weight=0.5, scale=SCALE):
    return IndexPart(value=value, scale=scale, weight=weight)


def test_each_cause_by_itself_is_named_so():
    (moved,) = split_change({"a": part(0.4)}, {"a": part(0.6)})
    assert math.isclose(moved.performance, 0.1)
    assert (moved.target, moved.weight, moved.coverage) == (0, 0, 0)
    (stricter,) = split_change(
        {"a": part(0.4)}, {"a": part(0.4, scale=TargetScale(target_low=2.0, zero_low=0.0))}
    )
    assert math.isclose(stricter.target, -0.1)
    assert stricter.performance == 0
    (heavier,) = split_change({"a": part(0.4)}, {"a": part(0.4, weight=0.7)})
    assert math.isclose(heavier.weight, 0.08)


def test_a_part_that_is_gone_is_no_fall_in_performance():
    (gone,) = split_change({"a": part(0.4)}, {})
    assert (gone.performance, gone.coverage, gone.total) == (0, -0.2, -0.2)

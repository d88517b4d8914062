"""What a sentence may say about persons."""

import pytest

from analysis.disclosure import SentenceGate
from analysis.errors import DisclosureError
from analysis.locale import render
from analysis.params.policy import DisclosurePolicy
from analysis.text import Count, Measure, Quantity, Share, Unit, message

GATE = SentenceGate(DisclosurePolicy(minimum_units=10, rounding_base=5))


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (Count(1234, Unit.CUSTOMERS), "1,235", "1,235"),
        (Count(3, Unit.STAFF), "(withheld)", "（不公开）"),
        (Count(0, Unit.CUSTOMERS), "0", "0"),
        (Share(333, 1001, Unit.CUSTOMERS), "33.5%", "33.5%"),
        (Share(996, 1001, Unit.CUSTOMERS), "(withheld)", "（不公开）"),
        (Share(0, 0, Unit.CUSTOMERS), "(withheld)", "（不公开）"),
    ],
)
def test_counts_and_shares_of_persons(value: Count | Share, english: str, chinese: str) -> None:
    text = message("{x}", x=value)
    assert render(text, "en", gate=GATE) == english
    assert render(text, "zh", gate=GATE) == chinese


def test_a_mean_on_few_is_withheld() -> None:
    few = Quantity(value=812.5, measure=Measure.NUMBER, unit=Unit.CUSTOMERS, n=9)
    many = Quantity(value=812.5, measure=Measure.NUMBER, unit=Unit.CUSTOMERS, n=10)
    assert render(message("{x}", x=few), "en", gate=GATE) == "(withheld)"
    assert render(message("{x}", x=many), "en", gate=GATE) == "812.5"


def test_a_number_on_persons_is_never_written_past_the_gate() -> None:
    with pytest.raises(DisclosureError, match="without the disclosure rules"):
        render(message("{n} customers", n=Count(5000, Unit.CUSTOMERS)), "en")


def test_a_number_on_persons_states_its_n() -> None:
    with pytest.raises(ValueError, match="states the n"):
        Quantity(value=1.0, measure=Measure.NUMBER, unit=Unit.STAFF)

"""Customers' traits have names in the reader's language."""

from analysis.data.tables import Bank
from analysis.incentive_effectiveness.traits import region_names, trait_name
from analysis.text import Message, Words


def test_a_region_has_its_name_in_both_languages(sample_bank: Bank) -> None:
    regions = region_names(sample_bank)
    named = trait_name("region:Coast", regions)
    assert isinstance(named, Message)
    level = named.values["level"]
    assert isinstance(level, Words)
    assert level.en == "Coast"
    assert not level.zh.isascii()


def test_a_region_without_a_chinese_name_keeps_its_own() -> None:
    named = trait_name("region:Elsewhere", {})
    assert isinstance(named, Message)
    assert named.values["level"] == "Elsewhere"

"""Every method of the survival, share and chart estimators is named, cited and translated."""

import importlib

import pytest

from analysis.locale import render

MODULES = [
    "proportions",
    "means",
    "survival",
    "restricted_mean",
    "log_rank",
    "cox",
    "proportional_hazards",
    "competing_risks",
    "transitions",
    "mix_forecast",
    "concentration",
    "control_chart",
]


@pytest.mark.parametrize("name", MODULES)
def test_methods_are_cited_and_translated(name):
    module = importlib.import_module(f"analysis.stats.{name}")
    methods = [module.METHOD] if hasattr(module, "METHOD") else list(module.METHODS.values())
    for method in methods:
        assert method.citation
        assert method.assumptions
        for text in (method.name, *method.assumptions):
            assert render(text, "en") == text.pattern
            assert any("\u4e00" <= sign <= "\u9fff" for sign in render(text, "zh"))

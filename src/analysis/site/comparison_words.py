"""The words of the page that compares two runs, in ``locale/zh_CN/site_comparison.po``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analysis.text import Message, message

COMPARISON_WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "comparison": message("What has changed since the last period, and why"),
        "comparison_of": message("{old} against {new}"),
        "comparison_intro": message(
            "Every key figure of both runs. A figure is restated where the earlier day's figure, "
            "computed again from the newer data, is no longer the one that was published. A "
            "change is beyond noise where its interval leaves zero out; where a report states "
            "no interval of its own, the two periods are taken as independent, which calls "
            "too few changes beyond noise rather than too many."
        ),
        "comparison_caption": message("Key figures of both runs, and the cause of each change"),
        "comparison_summary": message(
            "changed {changed}, restated {restated}, new {new}, vanished {vanished}, unchanged "
            "{unchanged}"
        ),
        "changes": message("What has changed, and why"),
        "no_earlier_report": message("There is no report of an earlier period to compare with."),
        "rerun_may_tell": message(
            "An unknown cause may be told by running again with one thing swapped: assess diff "
            "--rerun. The comparison of the whole run then says it."
        ),
        "whole_comparison": message("The whole run compared with the one before"),
        "to_comparison": message("What has changed since the last period, and why"),
        "metric_column": message("Key figure of the reports"),
        "old_value": message("Before"),
        "new_value": message("Now"),
        "difference_column": message("Difference"),
        "noise_column": message("Against noise"),
        "what_became": message("What became of it"),
        "cause_column": message("Cause"),
        "beyond_noise": message("beyond noise"),
        "within_noise": message("within noise"),
        "noise_unknown": message("no interval, not known"),
        "kind_changed": message("Changed"),
        "kind_restated": message("Restated"),
        "kind_unchanged": message("Unchanged"),
        "kind_new": message("New"),
        "kind_vanished": message("Vanished"),
        "kind_withheld": message("Withheld in one of them"),
        "cause_real": message("the bank itself: the new period's data"),
        "cause_data": message("data of the earlier period that were changed afterwards"),
        "cause_code": message("the program"),
        "cause_parameters": message("parameters"),
        "cause_environment": message("libraries or Python"),
        "cause_unknown": message("unknown, one of: {candidates}"),
        "cause_unknown_why": message("unknown; nothing that is recorded differs"),
        "basis_only": message("nothing else differs"),
        "basis_recomputed": message("the new run computed the earlier day again"),
        "basis_rerun": message("by a re-run with this alone swapped"),
        "basis_none": message("not established"),
        "effect": message("{amount}: {cause} ({basis})"),
        "differs_in": message("What differs between the two runs apart from the numbers"),
        "differs_in_nothing": message("Nothing but the period."),
        "factor_code": message("Program"),
        "factor_environment": message("Libraries and Python"),
        "factor_data": message("Data"),
        "factor_parameters": message("Parameters set differently"),
        "only_in_old": message("This report is in the earlier run only."),
        "only_in_new": message("This report is in the newer run only."),
        "rerun_missing": message("Re-runs could not tell everything: {why}."),
        "no_metrics": message("Neither run states a key figure here."),
    }
)

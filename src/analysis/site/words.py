"""The pages' own words, each with its translation in ``locale/zh_CN/site.po``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analysis.site.comparison_words import COMPARISON_WORDS
from analysis.site.lineage_words import LINEAGE_WORDS
from analysis.site.review_words import REVIEW_WORDS
from analysis.text import Message, message

WORDS: Mapping[str, Message] = MappingProxyType(
    {
        # around the page
        "skip": message("Skip to the report"),
        "languages": message("Language"),
        "contents": message("Contents"),
        "all_reports": message("All reports of this run"),
        "theme_dark": message("Dark page"),
        "theme_light": message("Light page"),
        "copy_link": message("Copy the link to"),
        "link_copied": message("The link was copied."),
        "filter_rows": message("Filter the rows"),
        "rows_shown": message("{shown} of {total} rows are shown."),
        "read_values": message("Read values off {figure}"),
        "read_hint": message("Point at the picture, or move the slider."),
        "reading": message("{what}: {value}"),
        "back_to_top": message("Back to top"),
        # head of a report
        "assessment_report": message("Assessment report"),
        "scope": message("Scope"),
        "period": message("Period"),
        "as_of": message("Data as of"),
        "compared_with": message("Compared with"),
        "review": message("Review"),
        # summary
        "verdict": message("Verdict"),
        "no_verdict": message("This report states no verdict."),
        "findings": message("Main findings"),
        "next_step": message("Next step"),
        "conclusive": message("Conclusive"),
        "suggestive": message("Suggestive"),
        "inconclusive": message("Inconclusive"),
        "strength_key": message("How to read the strength of evidence"),
        "conclusive_means": message(
            "The checks of this finding passed and chance is an unlikely explanation."
        ),
        "suggestive_means": message(
            "The data points this way, but a check is missing or the interval is wide."
        ),
        "inconclusive_means": message("The data does not decide the question."),
        # what failed
        "partial": message("Partial"),
        "partial_banner": message(
            "This report is partial. Parts that could not be made: {n}. It cannot be approved."
        ),
        "partial_rest": message("What stands on this page is complete in itself and was checked."),
        "barred": message("A mandatory check failed"),
        "check_failed": message("Check failed"),
        "barred_banner": message(
            "Mandatory checks that failed: {n}. What rests on them is in doubt, and this report "
            "cannot be approved."
        ),
        "gap": message("This part is missing"),
        "gap_failed": message("It could not be made: the computation stopped with {error}."),
        "gap_follows": message("It needs a result that could not be made, in: {section}"),
        # metrics
        "metrics": message("Key figures"),
        "metric_definitions": message("What the key figures measure"),
        "since": message("since {day}"),
        "no_change": message("No comparison with {day}"),
        "trend_better": message("Better"),
        "trend_worse": message("Worse"),
        "trend_unchanged": message("No clear change"),
        "trend_unknown": message("Change"),
        "withheld": message("Withheld"),
        "withheld_why": message("Too few stand behind this number to show it."),
        "definition_of": message("Definition of {metric}"),
        "back_to_metric": message("Back to {metric}"),
        "rests_on_customers": message("Rests on {n} customers."),
        "rests_on_staff": message("Rests on {n} members of staff."),
        "rests_on_none": message("Rests on {n} observations."),
        # sections
        "section": message("Section {number}"),
        "section_unnamed": message("Results"),
        "figure": message("Figure {number}"),
        "table": message("Table {number}"),
        "figure_data": message("Data of figure {number}"),
        "low_of": message("{column}, lower bound"),
        "high_of": message("{column}, upper bound"),
        "as_csv": message("Download as CSV"),
        "counts_customers": message("Counts are customers."),
        "counts_staff": message("Counts concern members of staff."),
        "cells_withheld": message("Cells withheld to protect persons: {n} of {cells} ({share})."),
        "withheld_of_total": message("Those withheld hold about {share} of the total shown."),
        "withheld_in_all": message(
            "Numbers on persons in all tables: {cells}; withheld: {n} ({share})."
        ),
        "withheld_audit": message("What the rules did to each table and figure"),
        "stray_outputs": message(
            "Outputs that the notebook printed and that are on no page: {n}. They stay in the "
            "analyst's copy."
        ),
        # how sure
        "certainty": message("How sure we are"),
        "checks_summary": message(
            "{total} checks: {passed} passed, {failed} failed, {informational} for information."
        ),
        "no_checks": message("This report states no checks."),
        "check": message("Check"),
        "result": message("Result"),
        "detail": message("What was found"),
        "passed": message("Passed"),
        "failed": message("Failed"),
        "informational": message("For information"),
        "mandatory": message("Mandatory"),
        "checks_caption": message("Assumptions and quality rules, failed ones first"),
        # methods
        "methods": message("Methods"),
        "no_methods": message("This report names no methods."),
        "source": message("Source"),
        "assumptions": message("What must hold"),
        # data
        "data": message("Data"),
        "no_inputs": message("This report names no input tables."),
        "inputs_caption": message("Tables that were read"),
        "input_table": message("Input table"),
        "rows_read": message("Rows read"),
        "rows_used": message("Rows used"),
        "rows_left_out": message("Rows left out"),
        "covers": message("Covers"),
        "from_to": message("{first} to {last}"),
        "no_dates": message("no dates"),
        "left_out_why": message("Left out, and why"),
        "nothing_left_out": message("Nothing was left out."),
        "quality": message("Quality"),
        "quality_fine": message("No quality rule was broken."),
        "fingerprint": message("SHA-256"),
        # downloads
        "downloads": message("Downloads"),
        "downloads_intro": message(
            "Files beside this page: all tables as one workbook, each table as CSV, each figure "
            "as SVG with its table. For a PDF, print the page."
        ),
        "as_workbook": message("All tables as one workbook"),
        "sheet": message("Sheet"),
        "caption": message("What it shows"),
        "unit": message("Unit"),
        "on_the_page": message("On the page"),
        "all_results": message("All published results as JSON, for other programs"),
        # manifest
        "provenance": message("Where this comes from"),
        "parameters": message("Parameters"),
        "disclosure_rules": message("Disclosure rules"),
        "hashes": message("Fingerprints"),
        "modules": message("Modules that took part: {n}"),
        "versions": message("Versions of Python and of libraries: {n}"),
        "name": message("Name"),
        "value": message("Value"),
        "no_manifest": message("No manifest was written with this report."),
        "code": message("Code"),
        "code_intro": message("The notebook's code, as it ran."),
        "show_code": message("Show the code"),
        "cell": message("Cell {number}"),
        # over all runs
        "all_runs": message("All assessments"),
        "room_index": message("All reports"),
        "room_trends": message("Key figures over the periods"),
        "room_failures": message("What is missing"),
        "runs": message("Runs"),
        "open_report": message("Open"),
        "find": message("Find a report"),
        "find_text": message("Words of a title, finding, table or definition"),
        "all": message("All"),
        "found": message("Found: {n} of {total} reports."),
        "found_none": message("No report has these words."),
        "kind_verdict": message("Verdict"),
        "kind_finding": message("Finding"),
        "kind_metric": message("Key figure"),
        "kind_definition": message("Definition"),
        "kind_figure": message("A figure"),
        "kind_table": message("A table"),
        "multiples_caption": message(
            "Latest value and course by scope, one scale a row: {periods}"
        ),
        "every_period": message("{title}: every period"),
        "no_metrics": message("No report has published a key figure."),
        "nothing_failed": message("Nothing is missing: every report that was asked for is there."),
        # index
        "index": message("Reports"),
        "index_of": message("Reports of {run}"),
        "assessment": message("Assessment"),
        "attention": message("What is missing, and why"),
        "published_of": message("{published} of {total} reports"),
        "status": message("Status"),
        "published": message("Published"),
        "kept": message("Earlier version kept"),
        "skipped": message("Left out"),
        "run_failed": message("Failed to run"),
        "whole_bank": message("Whole bank"),
        "no_reason": message("No reason was recorded."),
        "kept_means": message(
            "The page that is linked is an earlier version, with data as of {day}."
        ),
        "report_caption": message("Verdict and key figures by scope"),
        "no_page": message("There is no page."),
        **COMPARISON_WORDS,
        **LINEAGE_WORDS,
        **REVIEW_WORDS,
    }
)

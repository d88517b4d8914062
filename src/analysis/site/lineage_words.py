"""The words of the page of origins, translated in ``locale/zh_CN/site_lineage.po``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analysis.text import Message, message

LINEAGE_WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "where_from": message("Where from"),
        "origins": message("Where every number comes from"),
        "origins_intro": message(
            "For each number, finding, figure and table: the functions that made it, with the "
            "version of their file; the queries that were asked; the tables that these read; "
            "and the parameters that were set."
        ),
        "back_to_report": message("Back to the report"),
        "finding": message("Finding"),
        "origin_metric": message("Key figure"),
        "origin_finding": message("Finding"),
        "origin_figure": message("Figure of the report"),
        "origin_table": message("Table of the report"),
        "origin_check": message("Check of the report"),
        "origin_verdict": message("Verdict of the report"),
        "origin_functions": message("Functions"),
        "origin_queries": message("Queries"),
        "origin_tables": message("Tables read"),
        "origin_parameters": message("Parameters set"),
        "origin_cells": message("Cells of the notebook"),
        "origin_no_queries": message("No query: it rests on other results."),
        "origin_results": message("Results of other reports that this one reads"),
        "query": message("Query {number}"),
        "query_rows": message("Rows handed over, rounded: {rows}"),
        "query_few_rows": message("Few rows were handed over."),
        "query_kept": message("The result stays in the engine as {name}."),
        "query_asked_by": message("Asked by"),
        "query_reads": message("Reads"),
        "queries_intro": message(
            "As the engine got them. A table stands under its name in the data contract; values_1, "
            "values_2 and so on are short lists that the program made itself."
        ),
        "function_version": message("Version of the file (SHA-256)"),
        "function_file": message("File"),
        "function_name": message("Function"),
    }
)

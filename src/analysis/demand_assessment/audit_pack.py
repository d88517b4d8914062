"""What an internal or outside assessor must see, with a link to each piece of evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.values import HOLES
from analysis.publish.results import MissingResults, Results, spoken
from analysis.results import CheckStatus
from analysis.text import Link, Message, message


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRow:
    """One thing to be shown: where it is, and in what state."""

    question: Message
    evidence: Link | Message
    state: Message


def audit_pack(
    others: Mapping[str, Results | MissingResults], history: Sequence[PastPeriod]
) -> tuple[PackRow, ...]:
    """List the evidence of this report, of the others, and of earlier periods.

    Parameters
    ----------
    others : mapping of str to Results or MissingResults
        Every other report of the run.
    history : sequence of PastPeriod
    """
    return (*_own(), *_others(others), *_earlier(history))


def _own() -> Iterator[PackRow]:
    here = message("on this page")
    for question, text, anchor in (
        (message("Targets and weights"), message("Indicators"), "table-indicators"),
        (message("Every number of the index"), message("Parts of the index"), "table-index_parts"),
        (message("How numbers are computed"), message("Methods"), "methods"),
        (message("Assumptions and how they came out"), message("Checks"), "certainty"),
        (message("Where the data is from"), message("Data"), "data"),
        (message("What was run, on what, by which code"), message("Manifest"), "provenance"),
        (message("Follow-up of findings"), message("Register of actions"), "table-actions"),
    ):
        yield PackRow(question=question, evidence=Link(text=text, anchor=anchor), state=here)


def _others(others: Mapping[str, Results | MissingResults]) -> Iterator[PackRow]:
    for name, results in sorted(others.items()):
        if isinstance(results, MissingResults):
            yield PackRow(
                question=message("Report {name}", name=name),
                evidence=message("missing"),
                state=HOLES[results.why],
            )
            continue
        failed = [c for c in results.checks.values() if c.status is CheckStatus.FAILED]
        yield PackRow(
            question=message("Report {name}", name=spoken(results.header.title)),
            evidence=results.link(message("its checks"), "certainty"),
            state=message(
                "{failed} of {all} checks failed", failed=len(failed), all=len(results.checks)
            ),
        )


def _earlier(history: Sequence[PastPeriod]) -> Iterator[PackRow]:
    for past in history:
        yield PackRow(
            question=message("Assessment of an earlier period"),
            evidence=past.link,
            state=message("{n} values restated since", n=len(past.restated)),
        )

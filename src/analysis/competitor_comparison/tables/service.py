"""Tables on service times."""

from __future__ import annotations

from analysis.competitor_comparison.facts import MARKS
from analysis.competitor_comparison.service import QUANTILES, Service
from analysis.competitor_comparison.wording import (
    METHODS,
    PROCESSES,
    in_time_unit,
    listing,
    time_unit,
)
from analysis.results import Estimate
from analysis.stats.quantile_difference import QuantileDifference
from analysis.tables import Column, Counts, Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Unit, message


def differences(service: Service) -> Table:
    """Median and slow times of each institution, and how ours differ."""
    rows: list[Row] = [
        {
            "process": PROCESSES[times.process],
            "institution": service.register.name(times.institution, times.doubts),
            "cases": times.n,
            "unit": time_unit(times.process),
            "median": in_time_unit(times.quantiles[2], times.process),
            "difference": _less_theirs(times.median, times.process),
            "slow_difference": _less_theirs(times.slow, times.process),
            "method": message(
                "{method}, to {day}",
                method=METHODS.get(times.method, times.method),
                day=times.last_observed_on.isoformat(),
            ),
        }
        for times in service.times
    ]
    return Table(
        name="service_differences",
        caption=message("Service times, and how ours differ"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="process", title=message("Process")),
            Labels(name="institution", title=message("Institution")),
            Counts(name="cases", title=message("Cases timed"), adds_up=False),
            Labels(name="unit", title=message("Unit")),
            Quantities(
                name="median",
                title=message("Median"),
                measure=Measure.NUMBER,
                n="cases",
                quantile=0.5,
            ),
            Quantities(
                name="difference",
                title=message("Our median less theirs"),
                measure=Measure.NUMBER,
                n="cases",
                quantile=0.5,
            ),
            Quantities(
                name="slow_difference",
                title=message("Time of nine in ten: ours less theirs"),
                measure=Measure.NUMBER,
                n="cases",
                quantile=0.9,
            ),
            Labels(name="method", title=message("Obtained by")),
        ),
        rows=tuple(rows),
        notes=(MARKS, *_missing(service)),
    )


def _less_theirs(difference: QuantileDifference | None, process: str) -> Estimate | None:
    return in_time_unit(difference.difference, process) if difference else None


def _missing(service: Service) -> tuple[Message, ...]:
    if not service.missing:
        return ()
    return (
        message(
            "∅ Too few cases for: {pairs}.",
            pairs=listing(
                message(
                    "{process} of {institution}",
                    process=PROCESSES[process],
                    institution=service.register.name(key),
                )
                for key, process in service.missing
            ),
        ),
    )


def distribution(service: Service, process: str) -> Table:
    """The spread of one process' times by institution."""
    columns: list[Column] = [
        Labels(name="institution", title=message("Institution")),
        Counts(name="cases", title=message("Cases timed"), adds_up=False),
        Labels(name="unit", title=message("Unit")),
    ]
    columns += [
        Quantities(
            name=f"q{int(100 * q)}",
            title=message("{share} take at most", share=f"{int(100 * q)} %"),
            measure=Measure.NUMBER,
            n="cases",
            quantile=q,
        )
        for q in QUANTILES
    ]
    return Table(
        name=f"service_{process}",
        caption=message("Spread of the time: {process}", process=PROCESSES[process]),
        unit=Unit.CUSTOMERS,
        columns=tuple(columns),
        rows=tuple(
            {
                "institution": service.register.name(times.institution, times.doubts),
                "cases": times.n,
                "unit": time_unit(process),
                **{
                    f"q{int(100 * q)}": in_time_unit(estimate.value, process)
                    for q, estimate in zip(QUANTILES, times.quantiles, strict=True)
                },
            }
            for times in service.of(process)
        ),
        notes=(MARKS,),
    )

"""Tables on months out of the ordinary."""

from __future__ import annotations

from analysis.lifecycle.warnings import Event, LossWarnings, Signal
from analysis.stats.control_chart import Rule
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Message, Unit, Words, message

RULE_NAMES: dict[Rule, Message] = {
    Rule.NELSON_1: message("one month beyond 3 sigma"),
    Rule.NELSON_5: message("two of three months beyond 2 sigma"),
    Rule.NELSON_6: message("four of five months beyond 1 sigma"),
    Rule.WESTERN_ELECTRIC_4: message("eight months on one side of the centre"),
}
_BASELINE = message("sets the limits")
_ORDINARY = message("ordinary")
_NO_EVENT = message("none in the calendar")


def chart_table(warnings: LossWarnings) -> Table:
    """Loss of each month, with its limits."""
    return Table(
        name="loss_chart",
        caption=message("Customers lost in each month, of those not lost before"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="month", title=message("Month")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Counts(name="lost", title=message("Lost"), adds_up=False),
            Quantities(
                name="rate",
                title=message("Monthly loss"),
                measure=Measure.SHARE,
                n="customers",
                part="lost",
            ),
            Quantities(
                name="low",
                title=message("Lower limit"),
                measure=Measure.SHARE,
                n="customers",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="high",
                title=message("Upper limit"),
                measure=Measure.SHARE,
                n="customers",
                basis=Basis.ONE_EACH,
            ),
            Labels(name="judgement", title=message("Judgement")),
        ),
        rows=tuple(
            {
                "month": point.month,
                "customers": point.n,
                "lost": point.events,
                "rate": point.rate,
                "low": point.low,
                "high": point.high,
                "judgement": _BASELINE
                if point.baseline
                else RULE_NAMES[point.signals[0]]
                if point.signals
                else _ORDINARY,
            }
            for point in warnings.chart.points
        ),
    )


def signal_table(warnings: LossWarnings) -> Table:
    """Each signal, its rules, and the events of that month and the one before."""
    return Table(
        name="loss_signals",
        caption=message("Months out of the ordinary, and what happened then or the month before"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="month", title=message("Month")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Counts(name="lost", title=message("Lost"), adds_up=False),
            Quantities(
                name="rate",
                title=message("Monthly loss"),
                measure=Measure.SHARE,
                n="customers",
                part="lost",
            ),
            Labels(name="rule", title=message("Rule")),
            Labels(name="event", title=message("Coincides with")),
        ),
        rows=tuple(row for signal in warnings.signals for row in _signal_rows(signal)),
        notes=(message("What coincides need not be the cause."),),
    )


def _signal_rows(signal: Signal) -> list[Row]:
    point = signal.point
    said: list[Message | Words] = [event_words(event) for event in signal.events] or [_NO_EVENT]
    rules = [RULE_NAMES[rule] for rule in point.signals]
    return [
        {
            "month": point.month,
            "customers": point.n,
            "lost": point.events,
            "rate": point.rate,
            "rule": rules[min(i, len(rules) - 1)],
            "event": said[min(i, len(said) - 1)],
        }
        for i in range(max(len(rules), len(said)))
    ]


def event_words(event: Event) -> Message:
    """Name an event with its day."""
    return message("{event} ({day})", event=event.name, day=event.happened_on)

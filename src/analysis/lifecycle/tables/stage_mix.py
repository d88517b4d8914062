"""Tables on monthly moves between the stages and on the mix ahead."""

from __future__ import annotations

from analysis.definitions import STAGE_NAMES
from analysis.lifecycle.stage_mix import StageMix
from analysis.stats.mix_forecast import ForecastComparison
from analysis.tables import Column, Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Unit, message


def transition_table(mix: StageMix) -> Table:
    """Share that moves within a month from each stage (rows) to each (columns)."""
    columns: tuple[Column, ...] = (
        Labels(name="origin", title=message("Stage at the start of a month")),
        *(
            Counts(name=f"n_{stage.value}", title=STAGE_NAMES[stage], shown=False)
            for stage in mix.states
        ),
        Counts(name="customer_months", title=message("Customer-months")),
        *(
            Quantities(
                name=f"to_{stage.value}",
                title=message("to {stage}", stage=STAGE_NAMES[stage]),
                measure=Measure.SHARE,
                n="customer_months",
                part=f"n_{stage.value}",
            )
            for stage in mix.states
        ),
    )
    pooled = mix.counts.pooled
    rows: list[Row] = [
        {
            "origin": STAGE_NAMES[origin],
            "customer_months": mix.matrix.customers[i],
            **{f"n_{s.value}": int(pooled[i, j]) for j, s in enumerate(mix.states)},
            **{
                f"to_{s.value}": mix.matrix.shares[i][j] if pooled[i, j] else None
                for j, s in enumerate(mix.states)
            },
        }
        for i, origin in enumerate(mix.states)
    ]
    return Table(
        name="monthly_transitions",
        caption=message(
            "Share of each stage (rows) that is in each stage a month later, {first} to {last}",
            first=mix.first_month,
            last=mix.last_month,
        ),
        unit=Unit.CUSTOMERS,
        columns=columns,
        rows=tuple(rows),
        total_column="customer_months",
        notes=(
            message("The intervals of a row hold together."),
            message("A customer counts once for every month; moves that never occur are empty."),
        ),
    )


def forecast_table(mix: StageMix) -> Table:
    """Share of each stage, month by month ahead."""
    forecast = mix.forecast
    rows: list[Row] = []
    for month in range(1, forecast.months_ahead + 1):
        row: dict[str, object] = {
            "month": str(month),
            "customers": forecast.customers,
            "degrees": _degrees(mix),
        }
        for stage, estimate in zip(mix.states, forecast.at(month), strict=True):
            row[stage.value] = estimate
        rows.append(row)  # type: ignore[arg-type]  # estimates, counts and labels
    return Table(
        name="stage_mix_ahead",
        caption=message("Expected share of each stage by months after {last}", last=mix.last_month),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="month", title=message("Months ahead")),
            Counts(
                name="customers",
                title=message("Customers at the start"),
                adds_up=False,
                shown=False,
            ),
            *(
                Quantities(
                    name=stage.value,
                    title=STAGE_NAMES[stage],
                    measure=Measure.SHARE,
                    n="customers",
                    degrees="degrees",
                )
                for stage in mix.states
            ),
        ),
        rows=tuple(rows),
        notes=(message("Each interval holds by itself; it comes from simulated paths of months."),),
    )


def comparison_table(mix: StageMix, comparison: ForecastComparison) -> Table:
    """The forecast that would have been made earlier, against what happened."""
    present = {stage.value: count for stage, count in zip(mix.states, _now(mix), strict=True)}
    return Table(
        name="earlier_forecast",
        caption=message(
            "What would have been forecast {months} months earlier, and what came",
            months=mix.months_ago,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="stage", title=message("Stage")),
            Counts(name="customers", title=message("Customers now"), adds_up=False),
            Quantities(
                name="forecast",
                title=message("Forecast"),
                measure=Measure.SHARE,
                n="customers",
                degrees="degrees",
            ),
            Quantities(
                name="realised",
                title=message("What came"),
                measure=Measure.SHARE,
                n="customers",
                basis=Basis.ONE_EACH,
            ),
            Labels(name="inside", title=message("Inside the interval")),
        ),
        rows=tuple(
            {
                "stage": STAGE_NAMES[stage],
                "customers": present[stage.value],
                "forecast": outcome.forecast,
                "degrees": _degrees(mix),
                "realised": outcome.realised,
                "inside": message("yes") if outcome.inside else message("no"),
            }
            for stage, outcome in zip(mix.states, comparison.states, strict=True)
        ),
        notes=(message("The intervals hold for all stages together."),),
    )


def _degrees(mix: StageMix) -> int:
    """Give the degrees of freedom of the moves: customer-months less the shares estimated."""
    k = len(mix.states)
    return int(mix.counts.pooled.sum()) - k * (k - 1)


def _now(mix: StageMix) -> list[int]:
    return [round(share * mix.forecast.customers) for share in mix.forecast.start.tolist()]

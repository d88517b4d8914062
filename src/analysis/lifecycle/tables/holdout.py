"""Tables on whether the purchase models would have been right."""

from __future__ import annotations

from analysis.lifecycle.holdout import Holdout
from analysis.tables import Column, Counts, Labels, Quantities, Row, Table
from analysis.text import Measure, Unit, message


def model_table(holdout: Holdout) -> Table:
    """Predicted against counted purchases, and the error per customer, by model."""
    return Table(
        name="holdout_models",
        caption=message(
            "Purchases from {cutoff} to {as_of}: predicted by each model, and counted",
            cutoff=holdout.cutoff,
            as_of=holdout.as_of,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="model", title=message("Model")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Quantities(
                name="predicted",
                title=message("Predicted purchases"),
                measure=Measure.COUNT,
                n="customers",
                top_two_share="predicted_top_two",
            ),
            Quantities(
                name="counted",
                title=message("Counted purchases"),
                measure=Measure.COUNT,
                n="customers",
                top_two_share="counted_top_two",
            ),
            Quantities(
                name="squared_error",
                title=message("Squared error a customer"),
                measure=Measure.NUMBER,
                n="customers",
                top_two_share="error_top_two",
            ),
            Labels(name="groups", title=message("Groups inside the interval")),
        ),
        rows=tuple(
            {
                "model": forecast.model,
                "customers": holdout.customers,
                "predicted": forecast.predicted,
                "counted": float(holdout.counted),
                "squared_error": forecast.squared_error,
                "predicted_top_two": forecast.predicted_top_two,
                "counted_top_two": holdout.counted_top_two,
                "error_top_two": forecast.error_top_two,
                "groups": message(
                    "{inside} of {all}",
                    inside=holdout.groups_covered(forecast),
                    all=len(holdout.calibration),
                ),
            }
            for forecast in holdout.forecasts
        ),
        notes=(
            message(
                "Predicted purchases carry prediction intervals: chance of the purchases and "
                "uncertainty of the parameters."
            ),
        ),
    )


def calibration_table(holdout: Holdout) -> Table:
    """Purchases a customer in the hold-out by past frequency: counted and predicted."""
    largest = holdout.calibration[-1].frequency if holdout.calibration else 0
    columns: list[Column] = [
        Labels(name="frequency", title=message("Repeat purchases before")),
        Counts(name="customers", title=message("Customers")),
        Quantities(
            name="counted",
            title=message("Counted a customer"),
            measure=Measure.NUMBER,
            n="customers",
            top_two_share="counted_top_two",
        ),
    ]
    columns += [
        Quantities(
            name=f"predicted_{i}",
            title=message("{model} predicted", model=forecast.model),
            measure=Measure.NUMBER,
            n="customers",
            top_two_share=f"predicted_top_two_{i}",
        )
        for i, forecast in enumerate(holdout.forecasts)
    ]
    rows: list[Row] = [
        {
            "frequency": message("{n} or more", n=largest)
            if group.frequency == largest
            else str(group.frequency),
            "customers": group.customers,
            "counted": group.counted,
            "counted_top_two": group.counted_top_two,
            **{f"predicted_{i}": estimate for i, estimate in enumerate(group.predicted)},
            **{f"predicted_top_two_{i}": top for i, top in enumerate(group.predicted_top_two)},
        }
        for group in holdout.calibration
    ]
    return Table(
        name="holdout_calibration",
        caption=message(
            "Purchases a customer since {cutoff} by repeat purchases before it",
            cutoff=holdout.cutoff,
        ),
        unit=Unit.CUSTOMERS,
        columns=tuple(columns),
        rows=tuple(rows),
    )

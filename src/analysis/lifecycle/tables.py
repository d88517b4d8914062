"""The tables of the life-cycle report, from results."""

from __future__ import annotations

from analysis.definitions import STAGE_NAMES, Stage, quarter_label
from analysis.lifecycle.cohorts import CohortRetention
from analysis.lifecycle.stages import CustomerStages
from analysis.lifecycle.value import ExpectedValue
from analysis.results import Estimate
from analysis.tables import Column, Counts, Labels, Quantities, Row, Shares, Table
from analysis.text import Measure, Message, Quantity, Unit, message

_NOT_KNOWN = message("not yet known")
_ALL = message("all")


def stage_table(stages: CustomerStages) -> Table:
    """Customers by stage at both dates."""
    n_now, n_before = sum(stages.now.values()), sum(stages.before.values())
    rows: list[Row] = [
        {
            "stage": STAGE_NAMES[stage],
            "customers_before": stages.before[stage],
            "customers_now": stages.now[stage],
            "all_before": n_before,
            "all_now": n_now,
        }
        for stage in Stage
    ]
    rows.append(
        {
            "stage": _ALL,
            "customers_before": n_before,
            "customers_now": n_now,
            "all_before": n_before,
            "all_now": n_now,
        }
    )
    return Table(
        name="customers_by_stage",
        caption=message(
            "Customers by stage on {before} and on {now}",
            before=stages.previous_as_of,
            now=stages.as_of,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="stage", title=message("Stage")),
            Counts(name="customers_before", title=message("Customers before")),
            Counts(name="customers_now", title=message("Customers now")),
            Counts(name="all_before", title=message("All before"), adds_up=False, shown=False),
            Counts(name="all_now", title=message("All now"), adds_up=False, shown=False),
            Shares(
                name="share_before",
                title=message("Share before"),
                part="customers_before",
                whole="all_before",
            ),
            Shares(
                name="share_now", title=message("Share now"), part="customers_now", whole="all_now"
            ),
        ),
        rows=tuple(rows),
        total_rows=(len(Stage),),
    )


def movement_table(stages: CustomerStages) -> Table:
    """Customers by stage before (rows) and now (columns)."""
    origins: tuple[Stage | None, ...] = (None, *Stage)
    rows: list[Row] = []
    for origin in origins:
        cells = {new.value: stages.moves.get((origin, new), 0) for new in Stage}
        if not any(cells.values()):
            continue
        rows.append(
            {
                "before": STAGE_NAMES[origin] if origin else _NOT_KNOWN,
                **cells,
                "all": sum(cells.values()),
            }
        )
    totals = {stage.value: stages.now[stage] for stage in Stage}
    rows.append({"before": _ALL, **totals, "all": sum(totals.values())})
    return Table(
        name="movements",
        caption=message(
            "From the stage on {before} (rows) to the stage on {now} (columns), customers",
            before=stages.previous_as_of,
            now=stages.as_of,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="before", title=message("Stage before")),
            *(Counts(name=stage.value, title=STAGE_NAMES[stage]) for stage in Stage),
            Counts(name="all", title=_ALL),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,),
        total_column="all",
    )


def retention_triangle(retention: CohortRetention) -> Table:
    """Share of each cohort that is active in each quarter after its first."""
    longest = max(cell.quarters_since for cell in retention.cells)
    found = {(cell.cohort, cell.quarters_since): cell for cell in retention.cells}
    columns: list[Column] = [
        Labels(name="cohort", title=message("First transaction in")),
        Counts(name="customers", title=message("Customers")),
    ]
    for since in range(1, longest + 1):
        columns += [
            Counts(
                name=f"retained_{since}",
                title=message("Retained after {quarters} quarters", quarters=since),
                adds_up=False,
                shown=False,
            ),
            Shares(
                name=f"retention_{since}",
                title=message("+{quarters} q.", quarters=since),
                part=f"retained_{since}",
                whole="customers",
            ),
        ]
    rows: list[Row] = [
        {
            "cohort": quarter_label(cohort),
            "customers": found[cohort, 0].customers,
            **{
                f"retained_{since}": found[cohort, since].retained
                for since in range(1, longest + 1)
                if (cohort, since) in found
            },
        }
        for cohort in retention.cohorts
    ]
    return Table(
        name="cohort_retention",
        caption=message("Share of each cohort with a transaction in each quarter after its first"),
        unit=Unit.CUSTOMERS,
        columns=tuple(columns),
        rows=tuple(rows),
    )


def retention_curve(retention: CohortRetention) -> Table:
    """Retention over all cohorts that are old enough, by quarters since the first."""
    return Table(
        name="retention_curve",
        caption=message("Retention over all cohorts that are old enough"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="quarters_since", title=message("Quarters since the first")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Quantities(
                name="retention", title=message("Retention"), measure=Measure.SHARE, n="customers"
            ),
        ),
        rows=tuple(
            {"quarters_since": str(since), "customers": n, "retention": estimate}
            for since, n, estimate in retention.retention
        ),
    )


def band_table(value: ExpectedValue) -> Table:
    """Customers, expected purchases and value by the probability of being active."""
    columns: tuple[Column, ...] = (
        Labels(name="band", title=message("Probability of being active")),
        Counts(name="customers", title=message("Customers")),
        Quantities(
            name="expected_purchases",
            title=message("Expected purchases"),
            measure=Measure.COUNT,
            n="customers",
        ),
    )
    if value.expected_value_cny is not None:
        columns += (
            Quantities(
                name="expected_value_cny",
                title=message("Expected value"),
                measure=Measure.AMOUNT_CNY,
                n="customers",
            ),
        )
    return Table(
        name="activity_bands",
        caption=message(
            "Customers by the probability of being active, and what is expected of them in "
            "{months} months",
            months=value.horizon_months,
        ),
        unit=Unit.CUSTOMERS,
        columns=columns,
        rows=tuple(
            {
                "band": message(
                    "{low} to {high}",
                    low=Quantity(value=band.low, measure=Measure.SHARE, unit=Unit.NONE),
                    high=Quantity(value=band.high, measure=Measure.SHARE, unit=Unit.NONE),
                ),
                "customers": band.customers,
                "expected_purchases": band.expected_purchases,
                "expected_value_cny": band.expected_value_cny,
            }
            for band in value.bands
        ),
        notes=(
            message(
                "In this model a customer without a repeat purchase counts as active: only after "
                "a repeat purchase can a customer drop out."
            ),
        ),
    )


def frequency_table(value: ExpectedValue) -> Table:
    """Customers by repeat purchases so far, counted and expected."""
    largest = value.frequencies[-1].frequency
    return Table(
        name="purchase_frequency",
        caption=message("Customers by repeat purchases so far, counted and expected by the model"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="frequency", title=message("Repeat purchases")),
            Counts(name="customers", title=message("Customers")),
            Quantities(
                name="expected",
                title=message("Expected customers"),
                measure=Measure.COUNT,
                n="customers",
            ),
        ),
        rows=tuple(
            {
                "frequency": message("{n} or more", n=largest)
                if count.frequency == largest
                else str(count.frequency),
                "customers": count.customers,
                "expected": count.expected,
            }
            for count in value.frequencies
        ),
    )


def parameter_table(value: ExpectedValue) -> Table:
    """The parameters of the value models with their intervals."""
    fit, spend = value.bg_nbd, value.gamma_gamma
    rows: list[Row] = [
        _parameter("r", message("BG/NBD: shape of the purchase rates"), fit.r, fit.n_customers),
        _parameter(
            "alpha",
            message("BG/NBD: rate of the purchase rates, weeks"),
            fit.alpha,
            fit.n_customers,
        ),
        _parameter("a", message("BG/NBD: dropout, first parameter"), fit.a, fit.n_customers),
        _parameter("b", message("BG/NBD: dropout, second parameter"), fit.b, fit.n_customers),
    ]
    if spend is not None:
        n = spend.n_repeat_customers
        rows += [
            _parameter("p", message("Gamma-Gamma: shape of purchases"), spend.p, n),
            _parameter("q", message("Gamma-Gamma: shape over customers"), spend.q, n),
            _parameter("v", message("Gamma-Gamma: scale over customers, CNY"), spend.v, n),
        ]
    return Table(
        name="purchase_model",
        caption=message("Parameters of the purchase and value models"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="parameter", title=message("Parameter")),
            Labels(name="meaning", title=message("Meaning")),
            Quantities(
                name="value",
                title=message("Estimate and interval"),
                measure=Measure.NUMBER,
                n="customers",
            ),
            Counts(name="customers", title=message("Customers"), adds_up=False),
        ),
        rows=tuple(rows),
    )


def _parameter(name: str, meaning: Message, value: Estimate, customers: int) -> Row:
    return {"parameter": name, "meaning": meaning, "value": value, "customers": customers}

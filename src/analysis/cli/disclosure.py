"""``assess disclosure``: what the disclosure rules did to each thing that a run published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis.cli.command import Command, echo, echo_json, examples, json_option
from analysis.errors import ParameterError, Problem

if TYPE_CHECKING:
    from analysis.publish.audit import Audit, AuditedItem

_RULES = {
    "few": "too few units",
    "complement": "protects others",
    "dominance": "few contributors",
    "quantile": "few beyond the quantile",
    "degrees": "few degrees of freedom",
    "steps": "steps on few events",
    "quotation": "points at a person",
}


@click.command(
    cls=Command,
    short_help="Print what the disclosure rules did to each published item.",
    epilog=examples(
        "assess disclosure reports/sample",
        "assess disclosure reports/sample/lifecycle/bank --json",
    ),
)
@click.argument("folder", metavar="RUN", type=click.Path(exists=True, path_type=Path))
@json_option
def disclosure(folder: Path, as_json: bool) -> None:
    """Audit RUN, a run's or a report's folder: each table, figure and metric on persons.

    Says the smallest count that is shown, which rule withheld something, how many cells,
    and what that costs against the least that any safe choice costs. Never says what is
    behind a withheld cell.
    """
    audits = tuple(_audits(folder))
    if not audits:
        raise ParameterError(
            Problem(
                what="there is nothing to audit",
                needed="a folder with results.json, or a run's folder with such folders in it",
                next_step="Run the reports first: assess run params/NAME.yaml",
                where=folder.name,
            )
        )
    if as_json:
        echo_json({"exit_code": 0, "reports": [audit.as_json() for audit in audits]})
    else:
        echo("\n".join(line for audit in audits for line in _describe(audit)))


def _audits(folder: Path) -> Iterator[Audit]:
    from analysis.publish.audit import audit_results

    for path in sorted({*folder.glob("results.json"), *folder.glob("*/*/results.json")}):
        try:
            yield audit_results(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ParameterError(
                Problem(
                    what="a report's results cannot be read",
                    found=type(error).__name__,
                    next_step="Run the report again.",
                    where=path.relative_to(folder).as_posix(),
                )
            ) from error


def _describe(audit: Audit) -> Iterator[str]:
    policy = audit.policy
    share = audit.withheld / audit.cells if audit.cells else 0.0
    yield f"{audit.report} · {audit.scope}"
    yield (
        f"  minimum {policy['minimum_units']}, rounding {policy['rounding_base']}; "
        f"{audit.withheld:,} of {audit.cells:,} cells withheld ({share:.1%}); "
        f"{audit.stray_outputs} outputs on no page"
    )
    for item in audit.items:
        yield f"  {_line(item)}"
    yield ""


def _line(item: AuditedItem) -> str:
    head = f"{item.kind:<7}{item.name}: {item.verdict}"
    if item.unit == "none":
        return head
    parts = [f"smallest {item.smallest}"] if item.smallest else []
    if item.withheld:
        rules = ", ".join(_RULES.get(rule, rule) for rule in item.rules)
        parts.append(f"{item.withheld} of {item.cells} cells: {rules}")
    if item.cost:
        parts.append(f"cost {item.cost}, at least {item.cost_at_least}")
    return f"{head} ({'; '.join(parts)})" if parts else head

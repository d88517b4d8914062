"""``assess check`` reconciles control totals before anything runs."""

import json


def test_control_totals_are_reconciled_and_a_break_is_named(project):
    with project.run_file.open("a") as stream:
        stream.write(
            "controls:\n"
            "  rows: {table: transactions, expected: 3}\n"
            "  turnover: {table: transactions, column: amount_cny, expected: 40.0}\n"
        )
    told = project.assess("check", str(project.run_file))
    assert "control total rows: holds, expected 3, found 3" in told.output
    assert "control total turnover: BREAK, expected 40, found 35.5" in told.output
    listed = json.loads(project.assess("check", str(project.run_file), "--json").stdout)
    assert [each["holds"] for each in listed["controls"]] == [True, False]

"""The pages on the command line say what the command line does."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from analysis.cli import cli
from analysis.errors import ExitCode

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_option_is_documented(name):
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    assert f"## assess {name}" in text
    for parameter in cli.commands[name].params:
        if isinstance(parameter, click.Option):
            for option in parameter.opts:
                assert f"`{option}" in text, f"{option} of assess {name}"
        else:
            assert parameter.metavar in text


def test_every_documented_option_exists():
    text = (DOCS / "command-line.md").read_text(encoding="utf-8")
    options = {
        option
        for command in cli.commands.values()
        for parameter in command.params
        for option in parameter.opts
    }
    assert set(re.findall(r"`(--[a-z][a-z-]*)", text)) <= options | {"--help"}


def test_the_exit_codes_are_those_of_the_program():
    text = (DOCS / "exit-codes.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (\w+) \|", text, re.MULTILINE)
    assert [(int(code), kind) for code, kind in rows] == [
        (int(code), code.name.lower()) for code in ExitCode
    ]

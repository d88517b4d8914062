"""What every command shares: how errors are told, and what the shell gets."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from analysis.errors import AssessmentError, ExitCode, Problem
from analysis.origin import describe_origin
from analysis.visible import clean_text, escape_deceptive

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Command(click.Command):
    """A command that tells every failure in the same way.

    Errors that a user can act on are printed one line a problem, and the kind of
    error is the exit code. Of anything else the terminal shows the type alone; a file
    keeps where it came from, and no value that it had in hand.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        as_json = bool(ctx.params.get("as_json"))
        try:
            return super().invoke(ctx)
        except AssessmentError as error:
            tell_problems(error.problems, error.exit_code, as_json=as_json)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            problem = Problem(what="interrupted", next_step="Nothing is left running.")
            tell_problems([problem], ExitCode.INTERRUPTED, as_json=as_json)
            ctx.exit(ExitCode.INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:  # the user gets a message, the file the rest
            tell_problems([_describe_unexpected(error)], ExitCode.INTERNAL, as_json=as_json)
            ctx.exit(ExitCode.INTERNAL)


def tell_problems(problems: Iterable[Problem], code: ExitCode, *, as_json: bool) -> None:
    """Print each problem on a line of standard error, or all as one JSON document."""
    problems = list(problems)
    for problem in problems:
        echo(f"error: {problem}", err=True)
    if as_json:
        keys = ("where", "what", "found", "needed", "next_step")
        listed = [{key: getattr(problem, key) for key in keys} for problem in problems]
        echo_json({"exit_code": int(code), "errors": listed})


def echo(text: str, *, err: bool = False) -> None:
    """Print a text that may name what stands in the data; it cannot steer the terminal."""
    click.echo(clean_text(text), err=err)


def echo_json(value: object) -> None:
    """Print one JSON document on standard output."""
    click.echo(escape_deceptive(json.dumps(value, ensure_ascii=False, indent=1)))


def _describe_unexpected(error: Exception) -> Problem:
    return Problem(
        what=f"unexpected {type(error).__name__}",
        next_step=f"This is a fault of the program. The details are in {_write_log(error)}",
    )


def _write_log(error: Exception) -> str:
    """Write where an error came from to a file that only this user can read."""
    handle, name = tempfile.mkstemp(prefix="assess-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(describe_origin(error))
    return name


def examples(*lines: str) -> str:
    """Give the end of a command's help."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


def json_option(function: _Function) -> _Function:
    """Add ``--json``."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print one JSON document; everything else goes to standard error.",
    )(function)


def project_option(function: _Function) -> _Function:
    """Add ``--project``."""
    return click.option(
        "--project",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The folder that holds notebooks/; by default the nearest one above.",
    )(function)


def run_file_argument(function: _Function) -> _Function:
    """Add the argument RUNFILE."""
    return click.argument("run_file", metavar="RUNFILE", type=click.Path(path_type=Path))(function)


def show_path(path: Path) -> str:
    """Give a path relative to the working directory where it is below it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)

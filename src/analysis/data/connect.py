"""From a run file's source to tables that can be asked: a folder on DuckDB, or a connection.

Secrets are looked up here and nowhere else, go to the driver, and are kept nowhere.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis
import sqlglot.expressions as sge
from ibis.backends import BaseBackend

from analysis.data.contract import contract
from analysis.data.files import list_entries
from analysis.data.origins import ConnectionOrigin, FolderOrigin, Origin
from analysis.data.tables import Source
from analysis.errors import DataError, Problem
from analysis.params.names import join_options, suggest
from analysis.params.secrets import mask, resolve_url, secret_values
from analysis.params.source import SourceSettings

_FILE_SCHEMES = frozenset({"duckdb", "sqlite"})


def connect(
    settings: SourceSettings,
    *,
    environment: Mapping[str, str],
    temporary: Path | None = None,
    threads: int | None = None,
) -> Source:
    r"""Open a run's source; no row is read.

    A folder is read by DuckDB in memory, which sees that folder and its own
    temporary one and nothing else. A URL is opened by Ibis; a DuckDB file is opened
    for reading only.

    Parameters
    ----------
    settings : SourceSettings
        With the folder's path absolute, or relative to the working directory.
    environment : mapping of str to str
        Where ``${NAME}`` of a URL is looked up; usually ``os.environ``.
    temporary : Path, optional
        Where the engine may spill and files in other encodings are copied to, in a
        private folder that goes when the source is closed. By default the system's.
    threads : int, optional
        By default as many as the machine has.

    Returns
    -------
    Source
        Close it, or use it in a ``with`` block.

    Raises
    ------
    DataError
        If the folder or the database cannot be opened, or the mapping names tables,
        columns or files that are not there: all problems together.
    ParameterError
        If the environment lacks a secret.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "events.csv").write_text("event_id,happened_on\n")
    ...     with connect(SourceSettings(folder=Path(folder)), environment={}) as source:
    ...         source.names()
    ('events',)
    """
    problems = _check_mapping(settings)
    if settings.folder is not None:
        problems += _check_folder(settings.folder)
    if problems:
        raise DataError(problems)
    workspace = Path(tempfile.mkdtemp(prefix="bank-assessment-", dir=temporary))
    limits = {"memory_limit": f"{settings.memory_gb * 1000:.0f}MB"}
    if threads is not None:
        limits["threads"] = str(threads)
    try:
        origin = _open_origin(settings, environment, workspace, limits)
    except BaseException:
        shutil.rmtree(workspace, ignore_errors=True)
        raise
    problems = origin.problems()
    if problems:
        origin.close()
        raise DataError(problems)
    return Source(origin, settings.tables)


def _open_origin(
    settings: SourceSettings,
    environment: Mapping[str, str],
    workspace: Path,
    limits: Mapping[str, str],
) -> Origin:
    if settings.folder is not None:
        folder = settings.folder.resolve()
        return FolderOrigin(
            folder,
            engine=_start_engine(folder, workspace, limits),
            workspace=workspace,
            mappings=settings.tables,
        )
    if settings.url is None:
        raise ValueError("a source names either 'folder' or 'url'")
    return ConnectionOrigin(
        _open_url(settings.url, environment, workspace, limits),
        label=mask(settings.url),
        workspace=workspace,
        mappings=settings.tables,
    )


def _start_engine(folder: Path, workspace: Path, limits: Mapping[str, str]) -> BaseBackend:
    """Start DuckDB in memory, shut off from all files but those of two folders."""
    connection = duckdb.connect(
        ":memory:",
        config={
            **limits,
            "temp_directory": str(workspace / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        },
    )
    engine = ibis.duckdb.from_connection(connection)
    allowed = sge.convert([str(folder), str(workspace)]).sql("duckdb")
    connection.execute(f"SET allowed_directories = {allowed}")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return engine


def _open_url(
    url: str, environment: Mapping[str, str], workspace: Path, limits: Mapping[str, str]
) -> BaseBackend:
    """Open a URL; what a driver says about it is shown without the secrets."""
    secrets = secret_values(url, environment)
    resolved = resolve_url(url, environment)
    scheme, _, rest = resolved.partition("://")
    file = _database_file(rest) if scheme in _FILE_SCHEMES else None
    if file is not None and not file.is_file():
        raise DataError(
            Problem(
                what="there is no such database file",
                needed="an existing file",
                next_step="Correct the url in the run file.",
                where=mask(url),
            )
        )
    options: dict[str, Any] = {}
    if scheme == "duckdb":
        options = {**limits, "temp_directory": str(workspace / "spill")}
        options["read_only"] = file is not None
    failure: Exception | None = None
    try:
        if scheme == "sc":
            return _open_spark(resolved)
        return ibis.connect(resolved, **options)
    except Exception as error:  # every driver has exceptions of its own
        failure = error
    said = mask(str(failure), secrets=secrets).strip().partition("\n")[0]
    raise DataError(_describe_driver(failure, said, scheme=scheme, where=mask(url)))


def _open_spark(url: str) -> BaseBackend:
    """Open a session on a Spark Connect server; Ibis has no URL for it."""
    from pyspark.sql import SparkSession  # an optional library

    return ibis.pyspark.connect(SparkSession.builder.remote(url).create())


def _database_file(rest: str) -> Path | None:
    """Give the file that a URL of an embedded database names; None for one in memory."""
    path = rest.partition("?")[0]
    in_memory = path in {"", "/", ":memory:"} or path.startswith(("md:", "motherduck:"))
    return None if in_memory else Path(path)


def _describe_driver(failure: Exception, said: str, *, scheme: str, where: str) -> Problem:
    if isinstance(failure, ImportError):
        return Problem(
            what=f"the driver for {scheme} is not installed",
            next_step=f"Install it: python -m pip install 'ibis-framework[{scheme}]'",
            where=where,
        )
    return Problem(
        what="the connection cannot be opened",
        found=f"{type(failure).__name__}: {said}".rstrip(". "),
        next_step="Check the url, the secrets in the environment, and that the database is up.",
        where=where,
    )


def _check_folder(folder: Path) -> list[Problem]:
    if not folder.is_dir():
        return [
            Problem(
                what="the source's folder does not exist"
                if not folder.exists()
                else "the source's folder is a file",
                needed="a folder of Parquet, CSV or text files",
                next_step="Correct 'folder' in the run file; it is relative to that file.",
                where=str(folder),
            )
        ]
    if not list_entries(folder):
        return [
            Problem(
                what="the source's folder is empty",
                needed="a file for each table, such as customers.parquet or customers.csv",
                next_step="Export the tables into it, or write a sample bank there: "
                "assess sample FOLDER.",
                where=str(folder),
            )
        ]
    return []


def _check_mapping(settings: SourceSettings) -> list[Problem]:
    """Say which tables and columns of the mapping the contract does not have."""
    problems = []
    for name, mapping in settings.tables.items():
        table = contract().get(name)
        if table is None:
            problems.append(
                Problem(
                    what=f"the contract has no table {name!r}",
                    next_step=suggest(name, contract()) or "See docs/data-contract.md.",
                    where=f"source.tables.{name}",
                )
            )
            continue
        columns = [column.name for column in table.columns]
        problems += [
            Problem(
                what=f"the contract's table {name!r} has no column {column!r}",
                needed=join_options(columns, most=len(columns)),
                next_step=suggest(column, columns),
                where=f"source.tables.{name}.columns.{column}",
            )
            for column in mapping.columns
            if column not in columns
        ]
    return problems

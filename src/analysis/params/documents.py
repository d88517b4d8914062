"""YAML read safely: every scalar is text, every value has its line and column.

Nothing is typed here: ``007``, ``NO``, ``1e3`` and ``~`` stay the text that the
analyst wrote; the typed models decide what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from analysis.errors import ParameterError, Problem
from analysis.params.composing import NodeReader
from analysis.params.names import nearest
from analysis.params.positions import Finding, KeyPath, Position, Raw

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A YAML file as plain data, and where each value stands.

    Attributes
    ----------
    file : str
        As messages name it.
    data : dict
        Mappings, lists and text only.
    values, keys : mapping of key path to Position
        Of each value, and of the key that it stands under.
    findings : tuple of Finding
        What is wrong with it as YAML, where reading could go on.
    """

    file: str
    data: dict[str, Any]
    values: Mapping[KeyPath, Position]
    keys: Mapping[KeyPath, Position]
    findings: tuple[Finding, ...]

    def position(self, path: KeyPath, *, key: bool = False) -> Position:
        """Give where a value stands, or the nearest value that holds it.

        Parameters
        ----------
        path : tuple of str and int
            ``("reports", "lifecycle", "confidence")``.
        key : bool
            Where its key stands instead.
        """
        index = self.keys if key else self.values
        for length in range(len(path), 0, -1):
            if (found := index.get(path[:length])) is not None:
                return found
        return Position(1, 1)

    def where(self, position: Position) -> str:
        """Give ``file:line:column``."""
        return f"{self.file}:{position.line}:{position.column}"

    def value(self, path: KeyPath) -> Raw | None:
        """Give the value at a path, None where there is none."""
        found: Any = self.data
        for part in path:
            try:
                found = found[part]
            except (KeyError, IndexError, TypeError):
                return None
        return found  # type: ignore[no-any-return]


def read_document(path: Path) -> Document:
    """Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path : Path
        UTF-8, with or without a byte order mark, at most 1 MB.

    Returns
    -------
    Document
        Its `findings` name what is wrong where reading could go on: duplicate
        and merge keys, tags, empty values, control characters.

    Raises
    ------
    ParameterError
        Where it could not: no such file, not UTF-8, a syntax error, several
        documents, too large, too deep.
    """
    return parse_document(_read_file(path), file=path.as_posix())


def parse_document(text: str, *, file: str) -> Document:
    r"""Read YAML text; see `read_document`.

    Examples
    --------
    >>> document = parse_document("run: 007\nscopes: [bank]", file="x.yaml")
    >>> document.data
    {'run': '007', 'scopes': ['bank']}
    >>> document.where(document.position(("scopes", 0)))
    'x.yaml:2:10'
    """
    reader = NodeReader(file)
    root = reader.compose(text)
    if not isinstance(root, yaml.MappingNode):
        found = (
            "nothing"
            if root is None
            else "a list"
            if isinstance(root, yaml.SequenceNode)
            else "one value"
        )
        raise ParameterError(
            Problem(
                what="a run file is a mapping of names to values",
                found=found,
                next_step="Begin with a line such as 'run: sample'.",
                where=f"{file}:1:1",
            )
        )
    data = reader.expand(root, (), 0)
    return Document(
        file=file,
        data=data,
        values=MappingProxyType(reader.values),
        keys=MappingProxyType(reader.keys),
        findings=tuple(reader.findings),
    )


def _read_file(path: Path) -> str:
    file = path.as_posix()
    try:
        if not path.is_file():
            raise ParameterError(_explain_missing(path))
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        found = error.strerror or "an error"
        problem = Problem(what="the run file cannot be read", found=found, where=file)
        raise ParameterError(problem) from None
    if len(content) > MAX_BYTES:
        raise ParameterError(
            Problem(what="the run file is too large", needed="at most 1 MB", where=file)
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        raise ParameterError(
            Problem(
                what="the run file is not UTF-8",
                next_step="Save it as UTF-8 in your editor (it may be GBK or UTF-16 now).",
                where=f"{file}:{line}:{column}",
            )
        ) from None


def _explain_missing(path: Path) -> Problem:
    file = path.as_posix()
    if path.is_dir():
        return Problem(what="this is a folder", needed="a run file", where=file)
    folder = path.parent
    if not folder.is_dir():
        return Problem(
            what="no such run file",
            found=f"no folder {folder.as_posix()!r}",
            where=file,
        )
    names = sorted(found.name for found in folder.glob("*.yaml"))
    near = nearest(path.name, names)
    next_step = f"Did you mean {(folder / near).as_posix()!r}?" if near else ""
    found = f"{', '.join(names[:12])} beside it" if names else "no .yaml file in its folder"
    return Problem(what="no such run file", found=found, next_step=next_step, where=file)

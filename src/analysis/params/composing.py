"""From YAML text to plain data with positions, within bounds and without types."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any, NoReturn

import yaml

from analysis.errors import ParameterError, Problem
from analysis.params.positions import Finding, KeyPath, Position, dotted

MAX_CHARACTERS = 1_000_000
MAX_NODES = 20_000
MAX_DEPTH = 16

_MERGE = "tag:yaml.org,2002:merge"
_NAMED = re.compile(r"(alias|anchor|handle) (['\"]).*?\2")


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, used to compose nodes only, within bounds."""

    def __init__(self, text: str, reader: NodeReader) -> None:
        super().__init__(text)
        self._reader = reader
        self._nodes = 0
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        mark = event.start_mark
        self._nodes += 1
        self._depth += 1
        if self._nodes > MAX_NODES or self._depth > MAX_DEPTH:
            self._reader.refuse_size(mark)
        if getattr(event, "tag", None) is not None:
            self._reader.note_tag(mark)
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


class NodeReader:
    """Reads one text; `values`, `keys` and `findings` fill up as it goes.

    Parameters
    ----------
    file : str
        As messages name it.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[KeyPath, Position] = {}
        self.keys: dict[KeyPath, Position] = {}
        self.findings: list[Finding] = []
        self._nodes = 0
        self._characters = 0

    def compose(self, text: str) -> yaml.Node | None:
        """Parse the text to PyYAML's nodes."""
        try:
            loader = _Loader(text, self)
            return loader.get_single_node()
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            line = before.count("\n") + 1
            column = error.position - (before.rfind("\n") + 1) + 1
            self._fail("a control character", Position(line, column), "Delete it.")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            what, next_step = _explain_syntax(error)
            self._fail(what, _position(mark) if mark else Position(1, 1), next_step)
        except (ValueError, OverflowError):  # PyYAML on \UFFFFFFFF and the like
            self._fail(
                "a syntax error: an escape or a directive that means nothing",
                _position(loader.get_mark()),
                "Quote text with a backslash in single quotes.",
            )
        except yaml.YAMLError:
            self._fail("a syntax error", Position(1, 1), "")

    def expand(self, node: yaml.Node, path: KeyPath, depth: int) -> Any:
        """Turn a node into plain data; an alias is expanded each time it is used."""
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            self.refuse_size(node.start_mark)
        self.values.setdefault(path, _position(node.start_mark))
        if isinstance(node, yaml.MappingNode):
            return self._expand_mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.expand(item, (*path, i), depth + 1) for i, item in enumerate(node.value)]
        return self._read_scalar(node, path)

    def refuse_size(self, mark: Any) -> NoReturn:
        """Stop at a file that grows without bound."""
        self._fail(
            "the file is too large or too deep",
            _position(mark),
            "Write values out instead of repeating them with * aliases.",
            needed=f"at most {MAX_NODES} values, nested at most {MAX_DEPTH} deep",
        )

    def note_tag(self, mark: Any) -> None:
        """Refuse a tag, whatever it asks for."""
        self._note(
            (),
            _position(mark),
            Problem(
                what="a tag, which a run file does not use",
                found="a value that begins with '!'",
                next_step="Delete the tag, or put text that begins with '!' in quotes.",
            ),
        )

    def _expand_mapping(self, node: yaml.MappingNode, path: KeyPath, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            position = _position(key.start_mark)
            if (problem := _check_key(key)) is not None:
                self._note(path, position, problem)
                continue
            name = self._read_text(key)
            here = (*path, name)
            if name in data:
                first = self.keys[here]
                what = f"{dotted(here)!r} is given twice"
                found = f"the first on line {first.line}"
                self._note(here, position, Problem(what=what, found=found, next_step="Keep one."))
                continue
            self.keys[here] = position
            data[name] = self.expand(value, here, depth + 1)
        return data

    def _read_scalar(self, node: yaml.Node, path: KeyPath) -> str:
        text = self._read_text(node)
        position = self.values[path]
        name = dotted(path)
        if not text:
            what, needed = f"{name!r} is empty", "a value"
            next_step = "Leave the line out to take the default."
            if len(path) == 2 and path[0] == "reports":
                needed, next_step = "its parameters", "Write {} to take every default."
            problem = Problem(what=what, needed=needed, next_step=next_step)
            self._note(path, self.keys.get(path, position), problem)
        elif any(_is_control(character) for character in text):
            what = f"{name!r} holds a control character or half a character"
            self._note(path, position, Problem(what=what, next_step="Delete it."))
        return text

    def _read_text(self, node: yaml.Node) -> str:
        text = _join_halves(node.value)
        self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            self.refuse_size(node.start_mark)
        return text

    def _note(self, path: KeyPath, position: Position, problem: Problem) -> None:
        where = f"{self.file}:{position.line}:{position.column}"
        located = replace(problem, where=where)
        self.findings.append(Finding(path=path, position=position, problem=located))

    def _fail(self, what: str, position: Position, next_step: str, *, needed: str = "") -> NoReturn:
        where = f"{self.file}:{position.line}:{position.column}"
        problem = Problem(what=what, needed=needed, next_step=next_step, where=where)
        earlier = [finding.problem for finding in self.findings]
        raise ParameterError([*earlier, problem]) from None


def _check_key(key: yaml.Node) -> Problem | None:
    if not isinstance(key, yaml.ScalarNode):
        return Problem(
            what="a list or a mapping stands where a name should", needed="a name of letters"
        )
    if key.tag == _MERGE:
        return Problem(
            what="a merge key (<<), which a run file does not use",
            next_step="Write the values out, or give the whole mapping by an alias.",
        )
    if not key.value or any(_is_control(character) for character in key.value):
        return Problem(what="a name that is empty or holds a control character")
    return None


def _explain_syntax(error: yaml.MarkedYAMLError) -> tuple[str, str]:
    problem = str(error.problem or error.context or "")
    if "found character '\\t'" in problem:
        return "a tab where YAML needs spaces", "Replace the tab by spaces."
    if "but found another document" in problem:
        return "a second document begins here", "Keep one document: delete the line '---'."
    if "undefined alias" in problem:
        return (
            "an alias (*) that no anchor (&) defines",
            "Put text that begins with '*' in quotes.",
        )
    if problem == "second occurrence":
        return "an anchor (&) that is defined above already", "Put text with '&' in quotes."
    # a name that PyYAML repeats may be a piece of a value: not shown
    quiet = _NAMED.sub(r"\1 '…'", problem).replace("got '<stream end>'", "the text ends")
    return f"a syntax error: {quiet}", "Put text with special characters in quotes."


def _join_halves(text: str) -> str:
    """Join the two halves that JSON's escapes make of one character."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _is_control(character: str) -> bool:
    return character not in "\n\t" and unicodedata.category(character) in {"Cc", "Cs"}


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1)

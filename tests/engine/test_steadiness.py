"""A state of the code has a name of its own, which no other state shares."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from analysis.engine.startup import import_jsonschema

import_jsonschema()

from analysis.engine.steadiness import CodeStamps  # noqa: E402  # jsonschema comes first


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "made_up_package"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "words.po").write_text("one", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    return folder


def _write_anew(package: Path) -> None:
    """The same size, and by the file system's clock the same time: another file all the same."""
    words = package / "words.po"
    before = words.stat()
    other = package / "other"
    other.write_text("two", "utf-8")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(words)


def _touch(package: Path) -> None:
    os.utime(package / "__init__.py", ns=(1, 1))


def _add(package: Path) -> None:
    (package / "late.py").touch()


@pytest.mark.parametrize("change", [_write_anew, _touch, _add])
def test_a_changed_package_has_another_name(package: Path, change) -> None:
    before = CodeStamps.take([package.name]).digest()
    assert CodeStamps.take([package.name]).digest() == before
    change(package)
    assert CodeStamps.take([package.name]).digest() != before

"""The environment is the one that was tested, and every way to it is the same."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def locked(name: str) -> dict[str, list[Version]]:
    """The versions of a lock file; several where they differ by the Python version."""
    versions: dict[str, list[Version]] = {}
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if match := re.match(r"([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", line):
            versions.setdefault(match[1], []).append(Version(match[2]))
    return versions


@pytest.mark.parametrize("name", LOCKS)
def test_pandas_is_3_or_newer_in_the_lock(name: str) -> None:
    assert all(version >= Version("3") for version in locked(name)["pandas"])


def test_pandas_is_3_or_newer_here() -> None:
    assert Version(importlib.metadata.version("pandas")) >= Version("3")


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_version_has_a_hash_and_no_host(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert entries
    assert not [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry]
    assert not re.search(r"https?://|index-url|find-links|trusted-host", text)


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_meets_what_the_project_asks_for(name: str) -> None:
    versions = locked(name)
    wrong = [
        f"{requirement}: {versions.get(requirement.name)}"
        for requirement in map(Requirement, PROJECT["dependencies"])
        if not versions.get(requirement.name)
        or not all(requirement.specifier.contains(v) for v in versions[requirement.name])
    ]
    assert not wrong


def test_what_runs_the_tests_is_what_runs_the_reports() -> None:
    base, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: dev.get(name) for name in base} == base


def test_conda_users_get_the_same() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert f"python{PROJECT['requires-python']}" in environment["dependencies"]
    (by_pip,) = (entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    assert by_pip == [*PROJECT["dependencies"], "-e ."]


def test_known_vulnerable_versions_are_not_locked() -> None:
    versions = locked("requirements.lock")
    assert all(version >= Version("7.17.1") for version in versions["nbconvert"])
    assert all(version >= Version("2.20") for version in versions["jupyter-server"])


def test_the_changelog_tells_of_this_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"(?m)^## {re.escape(PROJECT['version'])}\b", changelog)
    assert importlib.metadata.version("bank-assessment") == PROJECT["version"]


def test_large_rooms_are_divided() -> None:
    """A module answers one question: none is longer than 400 lines."""
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / "src").rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long

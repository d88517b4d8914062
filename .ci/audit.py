"""Is any locked library known to be vulnerable? Fails the change unless a review says why not.

pip-audit looks the lock file up; ``audit-exceptions.toml`` beside this file lists what
was reviewed: the advisory, the package, why it does not matter here, and until when.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LOCK = HERE.parent / "requirements.lock"
EXCEPTIONS = HERE / "audit-exceptions.toml"
FINE, VULNERABLE, NOT_AUDITED = 0, 1, 3


def judge(
    dependencies: Sequence[Mapping[str, Any]],
    exceptions: Sequence[Mapping[str, Any]],
    *,
    today: dt.date,
) -> tuple[list[str], list[str]]:
    """Say what stands against a lock file.

    Parameters
    ----------
    dependencies : sequence of mapping
        pip-audit's ``dependencies``.
    exceptions : sequence of mapping
        ``id``, ``package``, ``reason`` and ``until``, a date.
    today : date

    Returns
    -------
    problems, excused : list of str
        One line each: what bars the change, and what a review lets pass.
    """
    problems, excused = [], []
    for name, version, advisory in _advisories(dependencies):
        names = {advisory["id"], *advisory.get("aliases", ())}
        fixed = ", ".join(advisory.get("fix_versions", ())) or "none yet"
        line = f"{name} {version}: {advisory['id']}, fixed in: {fixed}"
        review = next((e for e in exceptions if e["package"] == name and e["id"] in names), None)
        if review is None:
            problems.append(f"{line}. Renew the lock, or review it in {EXCEPTIONS.name}.")
        elif review["until"] < today:
            problems.append(f"{line}. Its exception ended on {review['until']}: review it again.")
        else:
            excused.append(f"{line}. Excused until {review['until']}: {review['reason']}")
    return problems, excused


def audited(dependencies: Sequence[Mapping[str, Any]]) -> int:
    """Count the libraries that the database of advisories knew."""
    return sum("skip_reason" not in dependency for dependency in dependencies)


def _advisories(
    dependencies: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for dependency in dependencies:
        for advisory in dependency.get("vulns", ()):
            yield dependency["name"], dependency["version"], advisory


def ask_pip_audit(lock: Path) -> list[dict[str, Any]]:
    """Look every library of a lock file up."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--no-deps"]
    command += ["--disable-pip", "--progress-spinner", "off", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError):
        sys.exit(f"pip-audit gave no answer: {done.stderr.strip()[-500:]}")


def main() -> int:
    """Audit the lock file, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--unreachable-is-fine",
        action="store_true",
        help="where no database of advisories can be reached, say so and pass",
    )
    options = parser.parse_args()
    dependencies = ask_pip_audit(LOCK)
    exceptions = tomllib.loads(EXCEPTIONS.read_text("utf-8")).get("exception", [])
    problems, excused = judge(dependencies, exceptions, today=dt.datetime.now(dt.UTC).date())
    for line in (*excused, *problems):
        print(line)
    known = audited(dependencies)
    print(f"{known} of {len(dependencies)} locked libraries audited, {len(problems)} problems")
    if problems:
        return VULNERABLE
    if not known:
        print("NOT AUDITED: no database of advisories could be reached from here.")
        return FINE if options.unreachable_is_fine else NOT_AUDITED
    return FINE


if __name__ == "__main__":
    sys.exit(main())

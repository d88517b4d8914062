"""What the documentation tells a user to do works, in the order in which it says so."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r'(?m)^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL)
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def checkout(folder: Path) -> Path:
    for part in ("notebooks", "params"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "requirements.lock", folder)
    return folder


@pytest.mark.slow
def test_the_tutorial_leads_from_own_data_to_a_published_report(tmp_path: Path) -> None:
    project = checkout(tmp_path / "project")
    commands = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    text = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
    for language, title, body in BLOCK.findall(text):
        if title:
            (project / title).write_text(body, "utf-8")
            continue
        program = ["bash", "-ec", body] if language == "sh" else [sys.executable, "-c", body]
        done = subprocess.run(
            program,
            cwd=project,
            env={**os.environ, "PATH": commands},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, body + done.stdout + done.stderr
    page = (project / "reports" / "own" / "lifecycle" / "bank" / "report.zh.html").read_text(
        "utf-8"
    )
    assert "首次评估" in page
    assert (project / "data" / "blank" / "transactions.csv").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


def test_the_first_picture_is_light() -> None:
    picture = ROOT / "docs" / "images" / "report.png"
    assert 10_000 < picture.stat().st_size < 300_000


def test_every_make_target_that_the_readme_names_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = re.findall(r"(?m)^make (\w+)", (ROOT / "README.md").read_text("utf-8"))
    assert named
    assert not [target for target in named if not re.search(rf"(?m)^{target}:", makefile)]

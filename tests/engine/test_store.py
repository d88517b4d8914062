"""Finished folders appear at once or not at all, and one run at a time writes them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.engine.store import (
    make_private_folder,
    open_run_folder,
    recover,
    replace_folder,
    write_file,
)
from analysis.errors import ExitCode, OutputError


def _make(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "page.html").write_text(text)
    return folder


def _read(folder: Path) -> str:
    return (folder / "page.html").read_text()


def test_a_new_version_takes_the_place_of_the_last_one(tmp_path):
    place = tmp_path / "sample" / "lifecycle" / "bank"
    replace_folder(_make(tmp_path / "first", "first"), place)
    (place / "old.csv").write_text("gone with the next version")
    replace_folder(_make(tmp_path / "second", "second"), place)
    assert _read(place) == "second"
    assert sorted(path.name for path in place.parent.iterdir()) == ["bank"]
    assert [path.name for path in place.iterdir()] == ["page.html"]


def test_a_version_that_cannot_be_put_into_place_leaves_the_last_one(tmp_path):
    place = _make(tmp_path / "bank", "last")
    with pytest.raises(OutputError) as caught:
        replace_folder(tmp_path / "never-made", place)
    assert caught.value.exit_code is ExitCode.OUTPUT
    assert _read(place) == "last"


def test_a_crash_between_the_two_renames_is_set_right(tmp_path):
    """The first rename was done, the second was not: only the backup is there."""
    report = tmp_path / "lifecycle"
    _make(report / ".bank.old", "last")
    recover(tmp_path)
    assert _read(report / "bank") == "last"
    assert [path.name for path in report.iterdir()] == ["bank"]


def test_a_crash_after_the_second_rename_leaves_no_rubbish(tmp_path):
    report = tmp_path / "lifecycle"
    _make(report / ".bank.old", "last")
    _make(report / "bank", "new")
    recover(tmp_path)
    assert _read(report / "bank") == "new"
    assert [path.name for path in report.iterdir()] == ["bank"]


def test_a_run_gets_an_empty_place_to_work_in_which_goes_with_it(tmp_path):
    folder = tmp_path / "reports" / "sample"
    _make(folder / ".work" / "left-by-a-crash", "half")
    _make(folder / "lifecycle" / ".bank.old", "last")
    with open_run_folder(folder) as work:
        assert list(work.iterdir()) == []
        one, two = make_private_folder(work, "alpha"), make_private_folder(work, "alpha")
        assert one != two
        assert _read(folder / "lifecycle" / "bank") == "last"
    assert not work.exists()


def test_a_second_run_is_refused_while_the_first_one_writes(tmp_path):
    with open_run_folder(tmp_path / "sample"):
        with pytest.raises(OutputError, match=f"process {os.getpid()}") as caught:
            open_run_folder(tmp_path / "sample").__enter__()
        with open_run_folder(tmp_path / "other"):
            pass
    assert caught.value.exit_code is ExitCode.OUTPUT
    with open_run_folder(tmp_path / "sample"):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_the_lock_of_a_process_that_was_killed_is_taken_over(tmp_path):
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from analysis.engine.store import open_run_folder\n"
        "with open_run_folder(Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n    time.sleep(300)\n"
    )
    folder = tmp_path / "sample"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(OutputError, match=f"process {holder.pid}"):
        open_run_folder(folder).__enter__()
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with open_run_folder(folder) as work:
        assert list(work.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "reports").write_text("a file where the folder should be")
    with pytest.raises(OutputError, match="--reports"):
        open_run_folder(tmp_path / "reports" / "sample").__enter__()
    with pytest.raises(OutputError):
        write_file(tmp_path / "nowhere" / "status.json", "{}")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="the administrator may write anywhere"
)
def test_a_folder_for_reading_only_is_told(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="Permission denied"):
            open_run_folder(tmp_path / "sample").__enter__()
    finally:
        tmp_path.chmod(0o700)


def test_a_file_is_replaced_at_once(tmp_path):
    path = tmp_path / "status.json"
    write_file(path, "one\n")
    write_file(path, "two\n")
    assert path.read_bytes() == b"two\n"
    assert [found.name for found in tmp_path.iterdir()] == ["status.json"]

"""The review pack: everything that a reviewer elsewhere needs, as one archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import DisclosureError, Problem
from analysis.proof.archive import ZLIB
from analysis.proof.digests import MANIFEST, read_sealed
from analysis.proof.runs import STATUS, RunReport, read_run_status
from analysis.trace import hash_file

LIST = "pack.json"
SOURCES = "sources"
_SCHEMA = 1
_READ_ME = {
    "README.md": """\
# Review pack: {run}, {period}

Open `index.html`. Nothing is fetched from the network.

To check that nothing was altered since the reports were made, on any machine that has
this program, without the bank's data:

    assess verify PACK.zip
    assess verify PACK.zip --keys FOLDER_OF_PUBLIC_KEYS

It compares every file with the manifest of its report, closes the chain of each log of
review, checks signatures, and makes pages, tables and results from the executed notebook
again to see whether they are the same. What is wrong is named, file by file. Keys must come
from a source that you trust, not from this pack.

| file | what it is |
|---|---|
| `REPORT/SCOPE/report.en.html`, `report.zh.html` | the report |
| `REPORT/SCOPE/results.json`, `tables/`, `figures/` | what it publishes, for machines too |
| `REPORT/SCOPE/notebook.ipynb` | the executed notebook, from which all of this is made |
| `REPORT/SCOPE/manifest.json` | where every number comes from; the hash of every file |
| `REPORT/SCOPE.review.jsonl` | the log of review |
| `sources/` | the program's modules that took part |
| `pack.json` | the hash of every file of this pack |
""",
    "README.zh.md": """\
# 审阅包：{run}，{period}

打开 `index.html` 即可阅读，无需联网。

要核对报告生成之后是否有任何改动，可在装有本程序的任何机器上运行以下命令，不需要银行数据：

    assess verify PACK.zip
    assess verify PACK.zip --keys 公钥文件夹

该命令将每个文件与报告清单逐一核对，检查审阅记录的哈希链与签名，并根据已执行的笔记本重新生成页面、
表格和结果，看是否完全一致。如有问题，会逐个文件指出。公钥须取自可信来源，不应取自本审阅包。

| 文件 | 内容 |
|---|---|
| `REPORT/SCOPE/report.en.html`、`report.zh.html` | 报告 |
| `REPORT/SCOPE/results.json`、`tables/`、`figures/` | 报告公布的结果、表格与图 |
| `REPORT/SCOPE/notebook.ipynb` | 已执行的笔记本，以上内容均由此生成 |
| `REPORT/SCOPE/manifest.json` | 清单：每个数字的来源，每个文件的哈希值 |
| `REPORT/SCOPE.review.jsonl` | 审阅记录 |
| `sources/` | 参与计算的程序模块 |
| `pack.json` | 本审阅包每个文件的哈希值 |
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What goes into a pack.

    Attributes
    ----------
    files : mapping of str to bytes
        By name within the pack.
    notes : tuple of str
        What is not in it, and why.
    """

    files: Mapping[str, bytes]
    notes: tuple[str, ...]


def make_pack(
    run_folder: Path,
    reports: Sequence[RunReport],
    *,
    locate_source: Callable[[str], Path | None],
    draw_index: Callable[[Path], object],
    staging: Path,
    printed: bool = False,
) -> Pack:
    """Put together the pack of some reports of a run.

    Parameters
    ----------
    run_folder : Path
    reports : sequence of RunReport
        Those without a page are left out and noted.
    locate_source : callable
        Finds a module by its name in a manifest.
    draw_index : callable
        Writes the index of a run's folder.
    staging : Path
        An empty folder.
    printed : bool
        Take a notebook although it holds outputs that nothing published.

    Returns
    -------
    Pack

    Raises
    ------
    DisclosureError
        If an executed notebook holds what passed no gate, and `printed` is not set.
    """
    there = [one for one in reports if (one.folder / MANIFEST).is_file()]
    notes = [f"{one} has no page and is not in the pack." for one in reports if one not in there]
    if not printed:
        _refuse_printed(there)
    files: dict[str, bytes] = {}
    for one in there:
        for path in _files_of(one.folder):
            files[path.relative_to(run_folder).as_posix()] = path.read_bytes()
    sources = list(_sources(there, locate_source))
    files |= {f"{SOURCES}/{name}": content for name, content, _ in sources if content is not None}
    notes += [
        f"{name} is no longer what {report} was made with, and is not in the pack."
        for name, content, report in sources
        if content is None
    ]
    files |= _front(run_folder, there, draw_index, staging, files)
    files[LIST] = _write_list(files).encode()
    return Pack(files=files, notes=tuple(dict.fromkeys(notes)))


def _refuse_printed(reports: Iterable[RunReport]) -> None:
    problems = []
    for one in reports:
        stray = _count_printed(one.folder / "results.json")
        if stray:
            problems.append(
                Problem(
                    what=f"the executed notebook of {one} holds what its cells printed",
                    found=f"outputs past the disclosure rules: {stray}",
                    next_step="Look at them in JupyterLab; --printed packs them all the same.",
                )
            )
    if problems:
        raise DisclosureError(problems)


def _count_printed(path: Path) -> int:
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["stray_outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _files_of(folder: Path) -> Iterator[Path]:
    """Yield a report's files and those beside its folder that are about it."""
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())
    yield from (path for path in sorted(folder.parent.glob(f"{folder.name}.*")) if path.is_file())


def _sources(
    reports: Iterable[RunReport], locate_source: Callable[[str], Path | None]
) -> Iterator[tuple[str, bytes | None, str]]:
    """Yield each module that took part, with its content where that is still the same."""
    for one in reports:
        manifest = read_sealed(one.folder) or {}
        for name, digest in sorted((manifest.get("modules") or {}).items()):
            path = locate_source(name)
            same = path is not None and path.is_file() and hash_file(path) == digest
            yield name, path.read_bytes() if path is not None and same else None, str(one)


def _front(
    run_folder: Path,
    reports: Sequence[RunReport],
    draw_index: Callable[[Path], object],
    staging: Path,
    files: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Make the pack's own index, over the reports that are in it, and its read-me."""
    status = read_run_status(run_folder)
    kept = {(one.report, one.scope) for one in reports}
    status["reports"] = [
        entry for entry in status["reports"] if (entry["report"], entry["scope"]) in kept
    ]
    for name, content in files.items():
        if not name.startswith(f"{SOURCES}/"):
            path = staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    status["follows"] = None  # the periods before are not in the pack
    text = json.dumps(status, ensure_ascii=False, indent=1, sort_keys=True)
    (staging / STATUS).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    draw_index(staging)
    made = {
        path.relative_to(staging).as_posix(): path.read_bytes()
        for path in sorted(staging.rglob("*"))
        if path.is_file()
    }
    run, period = str(status.get("run", "")), str(status.get("period", ""))
    read_me = {
        name: text.format(run=run, period=period).encode() for name, text in _READ_ME.items()
    }
    return {**made, **read_me}


def _write_list(files: Mapping[str, bytes]) -> str:
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    record = {"schema": _SCHEMA, "zlib": ZLIB, "files": hashes}
    return _dump({**record, "seal": _seal(record)})


def _seal(record: Mapping[str, Any]) -> str:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _dump(record: Mapping[str, Any]) -> str:
    return f"{json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)}\n"


def read_list(folder: Path) -> dict[str, str] | None:
    """Read what an unpacked pack says it holds; None where its list was altered."""
    record = _read_record(folder)
    return None if record is None else {str(k): str(v) for k, v in record["files"].items()}


def read_zlib(folder: Path) -> str:
    """Read which zlib compressed a pack; empty where its list was altered."""
    record = _read_record(folder)
    return "" if record is None else str(record["zlib"])


def _read_record(folder: Path) -> dict[str, Any] | None:
    try:
        text = (folder / LIST).read_bytes().decode("utf-8")
        record = json.loads(text)
        seal = record.pop("seal")
        whole = _dump({**record, "seal": seal}) == text
        return record if whole and seal == _seal(record) and record["files"] is not None else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None

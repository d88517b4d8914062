"""Split Chinese texts into words and factor them, beside jieba with scikit-learn.

Every variant runs as a process of its own, in turn; what is compared is that whole
process: CPU seconds (user and system, all threads) and peak resident memory. Words,
weights and themes are held against each other before a ratio is printed. Time is
printed, never asserted.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import tempfile
from pathlib import Path

from lifecycle import Cost

ROUTES = {"ours": "this project", "peer": "jieba, scikit-learn"}
TASKS = {
    "start": "imports alone, which every other line includes",
    "words": "words of content of each text",
    "themes": "words, tf-idf weights and 12 non-negative factors",
}
FACTORS, FEWEST_TEXTS, TOP = 12, 100, 8


def write_texts(target: Path, number: int, reviews: Path | None) -> None:
    """Make different texts, of three sentences of the sample bank or of two real reviews."""
    import numpy as np

    from analysis.sample import phrases

    rng = np.random.default_rng(1)
    if reviews:
        with reviews.open(encoding="utf-8") as stream:
            pieces, parts = [row["review"] for row in csv.DictReader(stream)], 2
    else:
        pieces = [
            sentence
            for themes in (phrases.COMPLAINTS["zh"], phrases.PRAISES["zh"])
            for sentences in themes.values()
            for sentence in sentences
        ]
        parts = 3
    texts: dict[str, None] = {}
    while len(texts) < number:
        drawn = rng.integers(len(pieces), size=(number, parts))
        opening = rng.integers(len(phrases.OPENINGS["zh"]), size=number)
        for row, k in zip(drawn.tolist(), opening.tolist(), strict=True):
            text = phrases.OPENINGS["zh"][k] + "。".join(pieces[piece] for piece in row) + "。"
            texts[text] = None
    target.write_text(json.dumps(list(texts)[:number], ensure_ascii=False), encoding="utf-8")


def run_ours(task: str, texts: list[str]) -> dict[str, object]:
    import numpy as np

    from analysis.stats.text_themes import distinct_rows, factor
    from analysis.stats.text_tokens import count_terms, split_chinese, weigh_terms

    if task == "start":
        return {}
    if task == "words":
        return {"words": [split_chinese(text) for text in texts]}
    found = count_terms(map(split_chinese, texts), fewest_texts=FEWEST_TEXTS)
    rows = weigh_terms(found)
    distinct, of_text, times = distinct_rows(rows)
    loadings, parts = factor(distinct, times, FACTORS)
    return _answer(found.terms, rows, loadings[of_text], parts, np)


def run_peer(task: str, texts: list[str]) -> dict[str, object]:
    import re

    import jieba
    import numpy as np
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    from analysis.stats._stop_words import CHINESE

    if task == "start":
        return {}
    chinese = re.compile(r"[\u4e00-\u9fff]+")

    def split(text: str) -> list[str]:
        return [
            word
            for part in chinese.findall(text)
            for word in jieba.lcut(part)
            if len(word) > 1 and word not in CHINESE
        ]

    if task == "words":
        return {"words": [split(text) for text in texts]}
    words = TfidfVectorizer(analyzer=split, min_df=FEWEST_TEXTS)
    rows = words.fit_transform(texts)
    model = NMF(n_components=FACTORS, init="nndsvd", max_iter=200, tol=1e-3)
    loadings = model.fit_transform(rows)
    return _answer(words.get_feature_names_out(), rows, loadings, model.components_, np)


def _answer(terms, rows, loadings, parts, np) -> dict[str, object]:  # noqa: ANN001
    """Give what is compared: terms, how well the factors fit, each factor's strongest words."""
    squared = float((rows.multiply(rows)).sum())
    crossed = float((rows @ parts.T * loadings).sum())
    own = float(((loadings.T @ loadings) * (parts @ parts.T)).sum())
    order = np.argsort(-parts, axis=1)[:, :TOP]
    return {
        "terms": [str(term) for term in terms],
        "unexplained": (squared - 2 * crossed + own) / squared,
        "themes": [sorted(str(terms[j]) for j in row) for row in order],
    }


def spawn(*arguments: str) -> Cost:
    """Run this script as a process of its own."""
    import subprocess

    process = subprocess.Popen(
        [sys.executable, __file__, *arguments],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    return Cost(cpu_seconds=used.ru_utime + used.ru_stime, peak_gb=used.ru_maxrss * 1024 / 1e9)


def compare(task: str, ours: Path, peer: Path) -> str:
    """Say how far two answers agree; refuse to go on where they do not."""
    one, other = (json.loads(path.read_text("utf-8")) for path in (ours, peer))
    if task == "words":
        same = sum(a == b for a, b in zip(one["words"], other["words"], strict=True))
        agreed = same / len(one["words"])
        said = f"{agreed:.1%} of the texts have the same words"
    else:
        shared = len(set(one["terms"]) & set(other["terms"]))
        terms = shared / len(set(one["terms"]) | set(other["terms"]))
        agreed = sum(
            max(len(set(a) & set(b)) for b in other["themes"]) / TOP for a in one["themes"]
        ) / len(one["themes"])
        said = (
            f"{terms:.1%} of the terms and {agreed:.1%} of the themes' words are the same; left "
            f"unexplained {one['unexplained']:.4f} and {other['unexplained']:.4f}"
        )
        if abs(one["unexplained"] - other["unexplained"]) > 0.01:
            raise SystemExit(f"different answers: {said}")
    if agreed < 0.8:
        raise SystemExit(f"different answers: {said}")
    return said


def run_variant(task: str, route: str, texts: str, target: str) -> None:
    run = run_ours if route == "ours" else run_peer
    answer = run(task, json.loads(Path(texts).read_text("utf-8")))
    Path(target).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--texts", type=int, default=200_000)
    parser.add_argument("--reviews", type=Path, help="a CSV with a column 'review' to draw from")
    parser.add_argument("--repeats", type=int, default=1, help="of every variant, in turn")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    with tempfile.TemporaryDirectory(prefix="texts-benchmark-") as temporary:
        texts = Path(temporary) / "texts.json"
        write_texts(texts, arguments.texts, arguments.reviews)
        print(
            f"{arguments.texts} different texts; whole processes, results compared before each line"
        )
        least: dict[str, dict[str, Cost]] = {}
        for task, meaning in TASKS.items():
            costs: dict[str, list[Cost]] = {route: [] for route in ROUTES}
            for _ in range(arguments.repeats):
                for route in ROUTES:
                    target = str(Path(temporary) / f"{task}.{route}.json")
                    costs[route].append(spawn("--run", task, route, str(texts), target))
            least[task] = {r: min(found, key=lambda c: c.cpu_seconds) for r, found in costs.items()}
            if task != "start":
                answers = [Path(temporary) / f"{task}.{route}.json" for route in ROUTES]
                print(f"  {compare(task, *answers)}")
            tell(task, meaning, least)


def tell(task: str, meaning: str, least: dict[str, dict[str, Cost]]) -> None:
    """Print one line: both costs, and the peer's over ours, with and without the start."""
    own, peer = least[task]["ours"], least[task]["peer"]
    line = (
        f"{task}: {meaning}\n"
        f"  this project {own.cpu_seconds:.2f} CPU s, {own.peak_gb:.2f} GB; {ROUTES['peer']} "
        f"{peer.cpu_seconds:.2f} CPU s, {peer.peak_gb:.2f} GB; peer over this project: CPU "
        f"{peer.cpu_seconds / own.cpu_seconds:.2f}, memory {peer.peak_gb / own.peak_gb:.2f}"
    )
    if task != "start":
        start = least["start"]
        net = (peer.cpu_seconds - start["peer"].cpu_seconds) / (
            own.cpu_seconds - start["ours"].cpu_seconds
        )
        line += f", CPU without start {net:.2f}"
    print(line, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run_variant(*sys.argv[2:6])
    else:
        main()

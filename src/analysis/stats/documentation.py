"""The method reference ``docs/methods.md``, written from the estimators themselves."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import analysis.stats
from analysis.methods import Method

DOCUMENT = Path("docs/methods.md")

_INTRODUCTION = """\
# Methods

Written from the code by `python -m analysis.stats.documentation`; a test compares the
two. Each estimator has four kinds of test: a published or peer value with its source
and tolerance, a simulation in which the planted truth lies inside its intervals as
often as they claim, an invariance, and a refusal of each case that it does not support.

| method | data | published | source |
|---|---|---|---|
| BG/NBD | CDNOW, 2,357 customers | r .243, alpha 4.414, a .793, b 2.426 | Fader and others (2005) |
| Gamma-Gamma | CDNOW, 946 repeat customers | p 6.25, q 3.74, v 15.44 | Fader, Hardie (2013) |
| Shifted beta-geometric | Regular series, 7 years | alpha .704, beta 1.182 | Fader, Hardie (2007) |
| Bass, nonlinear | VCR, 10 years | m 6.80e4, p 6.59e-3, q .638 | R `nls` worked example |
| Log-rank | waltons | chi-square 122.25 | lifelines documentation |
| Cox | rossi | fin -.3794, age -.0574, prio .0915 | Allison (1995) |
| Newcombe interval | 56/70 against 48/80 | .0524 to .3339 | Newcombe (1998) |
| Stratified mean | apistrat | 662.287, SE 9.40894 | R package `survey` |
| Cluster mean | apiclus1 | 644.169, SE 23.5422 | R package `survey` |
| Raked mean | apiclus1 to stype and sch.wide | 641.23, SE 23.704 | R package `survey` |
| Response rates | middleearth | RR1 .46914, RR3 .47149 | R package `outcomerate` |
| Cronbach's alpha | attitude | .84314 | R package `psych` |
| Shapley shares (LMG) | swiss | .0571 .1712 .2601 .1056 .1128 | Groemping (2006) |
"""


def document_methods() -> str:
    """Write the reference of every estimator that states its method.

    Returns
    -------
    str
        Markdown, a section a module in the order of their names.
    """
    return "\n".join([_INTRODUCTION, *_sections()])


def _sections() -> Iterator[str]:
    for found in sorted(pkgutil.iter_modules(analysis.stats.__path__), key=lambda m: m.name):
        if found.name.startswith("_"):
            continue
        module = importlib.import_module(f"analysis.stats.{found.name}")
        methods = _own_methods(module)
        if methods:
            summary = (module.__doc__ or "").strip().splitlines()[0]
            yield f"## {found.name}\n\n{summary}\n"
            yield from (_describe(method) for method in methods)


def _own_methods(module: ModuleType) -> list[Method]:
    """Find the methods that a module states, each once; those it re-exports are left out."""
    stated: list[Method] = []
    for name, value in vars(module).items():
        if not (name == "METHOD" or name.endswith("_METHOD") or name == "METHODS"):
            continue
        values = value.values() if isinstance(value, Mapping) else value
        several = values if not isinstance(value, Method) else (value,)
        stated += [method for method in several if isinstance(method, Method)]
    return [method for i, method in enumerate(stated) if method not in stated[:i]]


def _describe(method: Method) -> str:
    lines = [f"### {method.name.pattern}", "", method.citation, ""]
    lines += [f"- {assumption.pattern}" for assumption in method.assumptions]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> None:
    """Write the document to the path given, by default `DOCUMENT` in the working directory."""
    target = Path(arguments[0]) if arguments else DOCUMENT
    target.write_text(document_methods(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])

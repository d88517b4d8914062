"""Finds the pages' templates, and compiles each once a process for all languages."""

from __future__ import annotations

from types import CodeType

from jinja2 import BaseLoader, BytecodeCache, Environment, PackageLoader, meta
from jinja2.bccache import Bucket


def asset_loader() -> BaseLoader:
    """Give the loader of the package's templates."""
    return PackageLoader("analysis.site", "assets")


class CompiledTemplates(BytecodeCache):
    """Templates as compiled, for every environment of this process.

    A language changes what the templates are given, not what they are compiled to: no
    filter or test that depends on it stands before a constant, where it would be applied
    at once.
    """

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put into `bucket` what its source was compiled to, if it was."""
        bucket.code = self._compiled.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a source was compiled to."""
        if bucket.code is not None:
            self._compiled[bucket.key, bucket.checksum] = bucket.code

    def clear(self) -> None:
        """Forget everything."""
        self._compiled.clear()


COMPILED = CompiledTemplates()


def compile_with_parts(environment: Environment, name: str) -> None:
    """Compile a template with all that it extends, includes and imports by name.

    Examples
    --------
    >>> from jinja2 import DictLoader
    >>> templates = DictLoader({"page": "{% include 'part' %}", "part": "-"})
    >>> environment = Environment(loader=templates)
    >>> compile_with_parts(environment, "page")
    >>> sorted(name for _, name in environment.cache)
    ['page', 'part']
    """
    waiting, compiled = [name], set[str]()
    while waiting:
        part = waiting.pop()
        if part in compiled:
            continue
        compiled.add(part)
        environment.get_template(part)
        source, _, _ = _loader(environment).get_source(environment, part)
        named = meta.find_referenced_templates(environment.parse(source))
        waiting += [other for other in named if other is not None]


def _loader(environment: Environment) -> BaseLoader:
    if environment.loader is None:
        raise TypeError("an environment without a loader has no templates")
    return environment.loader

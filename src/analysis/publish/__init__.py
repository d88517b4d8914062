"""What a notebook calls to put something on the page: the only door to it."""

from analysis.publish.door import Publisher
from analysis.publish.wording import Wording

__all__ = ["Publisher", "Wording"]

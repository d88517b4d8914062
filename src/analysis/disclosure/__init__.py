"""The disclosure gate: what may be said about persons, in tables and in sentences."""

from analysis.disclosure.ledger import Ledger
from analysis.disclosure.sentences import SentenceGate
from analysis.disclosure.tables import protect

__all__ = ["Ledger", "SentenceGate", "protect"]

"""The method reference says what the estimators say."""

from pathlib import Path

from analysis.stats.documentation import document_methods

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "methods.md"


def test_the_committed_reference_is_the_generated_one() -> None:
    """After a change of a method: python -m analysis.stats.documentation."""
    assert DOCUMENT.read_text("utf-8") == document_methods()


def test_it_names_each_estimator_with_its_source() -> None:
    text = document_methods()
    for heading in ("## bg_nbd", "## survival", "## proportions", "## cox"):
        assert heading in text
    for section in text.split("\n### ")[1:]:
        assert any(character.isdigit() for character in section.splitlines()[2]), section[:80]

"""Tables on what customers write."""

from __future__ import annotations

from analysis.market_research.themes import CustomerWords
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import LANGUAGES, Basis, Measure, Message, Said, Unit, Words, message

LANGUAGE_NAMES = {"en": message("English"), "zh": message("Chinese")}


def themes(found: CustomerWords) -> Table:
    """Themes by how often they are written about, and in which mood."""
    rows: list[Row] = [
        {
            "theme": theme.name,
            "texts": theme.texts,
            "writers": theme.writers,
            "all": found.texts,
            "share": theme.share,
            "negative": theme.negative,
            "negative_texts": theme.negative_texts,
            "satisfaction": theme.satisfaction,
            "rated": theme.rated,
            "gap": theme.gap,
        }
        for theme in found.themes
    ]
    return Table(
        name="themes",
        caption=message("What customers write about, and in which mood"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="theme", title=message("Theme")),
            Counts(name="texts", title=message("Texts"), adds_up=False),
            Counts(name="writers", title=message("Writers"), adds_up=False),
            Counts(name="all", title=message("All texts"), adds_up=False, shown=False),
            Counts(name="negative_texts", title=message("Negative"), adds_up=False, shown=False),
            Counts(name="rated", title=message("Rated"), adds_up=False, shown=False),
            Quantities(
                name="share", title=message("Share"), measure=Measure.SHARE, n="all", part="texts"
            ),
            Quantities(
                name="negative",
                title=message("In a negative mood"),
                measure=Measure.SHARE,
                n="texts",
                part="negative_texts",
            ),
            Quantities(
                name="satisfaction",
                title=message("Mean rating given with it (1 to 5)"),
                measure=Measure.NUMBER,
                n="rated",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="gap",
                title=message("Less the other texts' mean"),
                measure=Measure.NUMBER,
                n="rated",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "A text belongs to one theme. Writers who are not known count as one. A rating "
                "that goes with a theme is not caused by it alone."
            ),
        ),
    )


def trend(found: CustomerWords) -> Table:
    """The share of each theme before and since the day compared with."""
    return Table(
        name="theme_trend",
        caption=message("The themes since {since}, and before", since=found.since),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="theme", title=message("Theme")),
            Counts(name="n_late", title=message("Texts since"), adds_up=False),
            Counts(name="n_earlier", title=message("Texts before"), adds_up=False),
            Counts(name="all_late", title=message("All since"), adds_up=False, shown=False),
            Counts(name="all_earlier", title=message("All before"), adds_up=False, shown=False),
            Quantities(
                name="late",
                title=message("Share since"),
                measure=Measure.SHARE,
                n="all_late",
                part="n_late",
            ),
            Quantities(
                name="earlier",
                title=message("Share before"),
                measure=Measure.SHARE,
                n="all_earlier",
                part="n_earlier",
            ),
            Quantities(
                name="change",
                title=message("Change"),
                measure=Measure.POINTS,
                n="all_late",
                part="n_late",
            ),
            Labels(name="stands", title=message("Stands among all comparisons")),
        ),
        rows=tuple(
            {
                "theme": theme.name,
                "n_late": theme.late,
                "n_earlier": theme.earlier,
                "all_late": found.late,
                "all_earlier": found.earlier,
                "late": theme.late / found.late if found.late else None,
                "earlier": theme.earlier / found.earlier if found.earlier else None,
                "change": theme.change,
                "stands": message("yes") if theme.change_stands else message("no"),
            }
            for theme in found.themes
        ),
    )


def quotations(found: CustomerWords) -> Table:
    """Texts that stand for a theme, in the language that they were written in."""
    rows: list[Row] = []
    for theme in found.themes:
        rows += [
            {
                "theme": theme.name,
                "mood": _mood(quotation.negative),
                "quotation": Said(en=quotation.text, zh=quotation.text),
                "writers": theme.writers,
            }
            for quotation in theme.quotations
        ]
    return Table(
        name="quotations",
        caption=message("In their own words"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="theme", title=message("Theme")),
            Labels(name="mood", title=message("Mood")),
            Labels(name="quotation", title=message("Text"), n="writers"),
            Counts(name="writers", title=message("Writers of the theme"), adds_up=False),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "Names, numbers, addresses and mailboxes are taken out of every text before it is "
                "read. Quoted are only texts without any, each word of which enough other texts "
                "use too."
            ),
        ),
    )


def _mood(negative: bool | None) -> Message:
    if negative is None:
        return message("not known")
    return message("negative") if negative else message("positive")


def theme_words(found: CustomerWords) -> Table:
    """The strongest words of each theme, by language."""
    return Table(
        name="theme_words",
        caption=message("The words of each theme"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="theme", title=message("Theme")),
            *(
                Labels(name=language, title=LANGUAGE_NAMES[language], n="writers")
                for language in LANGUAGES
            ),
            Counts(name="writers", title=message("Writers of the theme"), adds_up=False),
        ),
        rows=tuple(
            {
                "theme": theme.name,
                "writers": theme.writers,
                **{language: _joined(theme.words.get(language, ())) for language in LANGUAGES},
            }
            for theme in found.themes
        ),
    )


def _joined(words: tuple[str, ...]) -> Words:
    return Words(en=", ".join(words), zh="、".join(words))


def moods(found: CustomerWords) -> Table:
    """How often the mood is told right on texts held out, beside plain rules."""
    rows: list[Row] = [
        {
            "language": LANGUAGE_NAMES[language],
            "n": mood.held_out,
            "accuracy": mood.accuracy,
            "baseline": mood.baseline,
            "word_list": mood.word_list,
            "caught": mood.caught,
            "false": mood.false_alarms,
        }
        for language, mood in found.moods.items()
    ]
    return Table(
        name="mood_accuracy",
        caption=message("How often the mood of a text is told right"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="language", title=message("Language")),
            Counts(name="n", title=message("Texts held out"), adds_up=False),
            *(
                Quantities(
                    name=name,
                    title=title,
                    measure=Measure.SHARE,
                    n="n",
                    basis=Basis.ONE_EACH,
                )
                for name, title in (
                    ("accuracy", message("Right")),
                    ("baseline", message("Always the more frequent mood")),
                    ("word_list", message("By a word list (VADER)")),
                    ("caught", message("Negative ones found")),
                    ("false", message("Positive ones called negative")),
                )
            ),
        ),
        rows=tuple(rows),
    )

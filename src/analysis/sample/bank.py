"""Writes the sample bank, chunk by chunk, so that its size does not matter to memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from analysis.errors import ParameterError, Problem
from analysis.sample import (
    assessment,
    campaigns,
    contracts,
    demand,
    departures,
    holdings,
    laws,
    market,
    needs,
    offers,
    opinion_truth,
    opinions,
    pipeline,
    places,
    population,
    preferences,
    products,
    programmes,
    purchases,
    rivals,
    staff,
    standing,
    survey,
    texts,
)
from analysis.sample.folder import replaced_folder
from analysis.sample.frame import Frame, FrameBuilder
from analysis.sample.span import Span
from analysis.sample.streams import CHUNK_CUSTOMERS, stream
from analysis.sample.truth import FILE_NAME, TruthBook
from analysis.sample.writer import BankWriter

FEWEST_CUSTOMERS = 100
MOST_CUSTOMERS = 50_000_000
FIRST_YEAR, LAST_YEAR = 2020, 2090
_HIGHEST_SEED = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleBank:
    """A sample bank as written.

    Attributes
    ----------
    folder : Path
        One Parquet file a table, and ``truth.json``.
    customers, seed : int
    as_of : date
    rows : mapping of str to int
        Rows of each table.
    """

    folder: Path
    customers: int
    seed: int
    as_of: dt.date
    rows: Mapping[str, int]

    @property
    def truth(self) -> Path:
        """The file with the planted truths."""
        return self.folder / FILE_NAME


def write_sample_bank(
    folder: Path,
    *,
    customers: int,
    seed: int,
    as_of: dt.date = dt.date(2025, 12, 31),
    on_progress: Callable[[int, int], None] | None = None,
) -> SampleBank:
    """Write a plausible bank whose truths are known.

    Same arguments, same bytes, whatever the machine's memory. The folder appears
    whole or not at all; an earlier sample bank in its place is replaced.

    Parameters
    ----------
    folder : Path
        New, empty, or an earlier sample bank.
    customers : int
        Potential ones included, `FEWEST_CUSTOMERS` or more.
    seed : int
        From 0.
    as_of : date
        Last day of the bank's 48 months of history.
    on_progress : callable, optional
        Called with the customers done and the customers in all.

    Returns
    -------
    SampleBank

    Raises
    ------
    ParameterError
        If `customers`, `seed` or `as_of` is out of bounds; all that is wrong at once.
    OutputError
        If `folder` holds something else, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     bank = write_sample_bank(Path(place) / "bank", customers=200, seed=7)
    ...     bank.rows["customers"], bank.truth.name
    (200, 'truth.json')
    """
    problems = _find_problems(customers, seed, as_of)
    if problems:
        raise ParameterError(problems)
    span = Span(as_of)
    book = TruthBook()
    with replaced_folder(folder) as private:
        with BankWriter(private) as writer:
            frame = _write_customers(writer, book, span, customers, seed, on_progress)
            _write_incentives(writer, book, frame, span, seed)
            _write_research(writer, book, frame, span, seed)
            _write_market(writer, book, span, seed)
            pipeline.write_pipeline(seed, writer, span)
            assessment.write_assessment(seed, writer, span)
            rows = writer.rows
        _plant_constants(book, span)
        book.write(
            private,
            about={"customers": customers, "seed": seed, "as_of": as_of.isoformat()},
        )
    return SampleBank(
        folder=folder, customers=customers, seed=seed, as_of=as_of, rows=MappingProxyType(rows)
    )


def _find_problems(customers: int, seed: int, as_of: dt.date) -> list[Problem]:
    problems = []
    if not FEWEST_CUSTOMERS <= customers <= MOST_CUSTOMERS:
        problems.append(
            Problem(
                what="a sample bank cannot have so few or so many customers",
                found=f"{customers:,}",
                needed=f"{FEWEST_CUSTOMERS:,} to {MOST_CUSTOMERS:,}",
                next_step="Choose another number of customers.",
            )
        )
    if not 0 <= seed <= _HIGHEST_SEED:
        problems.append(
            Problem(
                what="the seed is out of bounds",
                found=str(seed),
                needed=f"0 to {_HIGHEST_SEED}",
                next_step="Choose another seed.",
            )
        )
    if not FIRST_YEAR <= as_of.year <= LAST_YEAR:
        problems.append(
            Problem(
                what="the as-of date is out of bounds",
                found=as_of.isoformat(),
                needed=f"a day of the years {FIRST_YEAR} to {LAST_YEAR}",
                next_step="Choose another as-of date.",
            )
        )
    return problems


def _write_customers(
    writer: BankWriter,
    book: TruthBook,
    span: Span,
    customers: int,
    seed: int,
    on_progress: Callable[[int, int], None] | None,
) -> Frame:
    places.write_branches(writer)
    products.write_products(writer, span)
    needs.write_events(writer, span)
    builder = FrameBuilder(span)
    adopted: dict[str, holdings.Adopted] = {}
    account = 1
    for chunk, first in enumerate(range(0, customers, CHUNK_CUSTOMERS)):
        size = min(CHUNK_CUSTOMERS, customers - first)
        people = population.draw_population(
            stream(seed, "customers", chunk), span, first_number=first + 1, size=size
        )
        bought = purchases.draw_purchases(stream(seed, "transactions", chunk), people, span)
        signing = stream(seed, "contracts", chunk)
        signed = {
            products.SALARY_PLAN: contracts.draw_salary_plans(signing, people, span),
            products.MEMBERSHIP: contracts.draw_memberships(signing, people, span),
        }
        closed = departures.draw_closings(
            stream(seed, "closings", chunk), people, bought.silent_at, tuple(signed.values()), span
        )
        held, counts = holdings.draw_holdings(
            stream(seed, "holdings", chunk), people, closed, signed, span
        )
        adopted = {name: counts[name] + adopted[name] for name in counts} if adopted else counts
        population.write_customers(writer, people, closed, span)
        purchases.write_purchases(writer, people, bought, span)
        account = holdings.write_holdings(writer, people, held, span, first_account=account)
        needs.write_needs(stream(seed, "needs", chunk), writer, people, closed, span)
        offers.write_offers(stream(seed, "offers", chunk), writer, people, closed, span)
        builder.add(people, closed)
        if on_progress is not None:
            on_progress(first + size, customers)
    holdings.plant_holdings(book, span, adopted)
    return builder.build()


def _write_incentives(
    writer: BankWriter, book: TruthBook, frame: Frame, span: Span, seed: int
) -> None:
    campaigns.write_campaigns(writer, span)
    offers.write_looks(writer, span)
    programmes.write_programmes(stream(seed, "branch_months"), writer, frame, span)
    staff.write_staff(stream(seed, "staff"), writer, len(frame.branch), span, book)


def _write_research(
    writer: BankWriter, book: TruthBook, frame: Frame, span: Span, seed: int
) -> None:
    waves: list[survey.Invited] = []
    number = 1
    for wave in range(len(survey.WAVES)):
        invited = survey.draw_wave(
            stream(seed, "survey_invitations", wave), frame, span, wave, first_number=number
        )
        number += len(invited.number)
        waves.append(invited)
    survey.write_waves(stream(seed, "surveys"), writer, frame, waves, span)
    opinions.write_items(writer)
    for invited in waves:
        table = opinions.draw_answers(stream(seed, "survey_answers", invited.wave), invited)
        opinions.write_answers(writer, invited, table)
    preferences.write_preferences(stream(seed, "preferences"), writer, waves[-1])
    texts.write_feedback(stream(seed, "feedback"), writer, frame, span, book)
    demand.write_demand(stream(seed, "product_demand"), writer, span)
    opinion_truth.plant_opinions(book, frame, span)


def _write_market(writer: BankWriter, book: TruthBook, span: Span, seed: int) -> None:
    rivals.write_rivals(stream(seed, "competitor_offers"), writer, span)
    market.write_volumes(stream(seed, "market_volumes"), writer, span, book)
    standing.write_standing(stream(seed, "standing"), writer, span)


def _plant_constants(book: TruthBook, span: Span) -> None:
    population.plant_population(book, span)
    laws.plant_purchases(book)
    purchases.plant_channels(book)
    contracts.plant_contracts(book)
    departures.plant_departures(book)
    needs.plant_needs(book)
    offers.plant_offers(book)
    programmes.plant_programmes(book)
    survey.plant_response(book)
    preferences.plant_preferences(book)
    demand.plant_demand(book)
    rivals.plant_rivals(book)
    market.plant_market(book)
    standing.plant_standing(book)
    pipeline.plant_pipeline(book)
    assessment.plant_assessment(book)

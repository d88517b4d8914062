"""Whom the survey asks and who answers: a two-stage sample with planted non-response.

In each region four of its six branches are drawn, and customers within them.
Whether somebody answers depends on age, region and tier, and so does how
satisfied they are: those who answer are older, better served and more satisfied
than the customers are. Given age, region and tier, answering does not depend on
satisfaction any further, so that raking to the margins can put it right.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analysis.sample import places
from analysis.sample.frame import Frame
from analysis.sample.population import AGE_BANDS, SEGMENTS, TIERS
from analysis.sample.span import FloatArray, IntArray, Span, epoch_day
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded, number_labels

WAVES = ("W1", "W2")
_WAVE_NAMES = (("First wave", "第一批调查"), ("Second wave", "第二批调查"))
_STARTS_DAYS_AGO = (330, 60)
_FIELD_DAYS = 42
BRANCHES_DRAWN = 4
_LEAST_PER_BRANCH, _MOST_PER_BRANCH = 3, 150
_INVITED_PER_CUSTOMER = 0.25

RESPONSE_BASE = -0.35
RESPONSE_BY_AGE = (-0.90, -0.35, 0.25, 0.85)
RESPONSE_BY_REGION = (-0.4, 0.3, -0.3, 0.1, -0.2, 0.2, 0.4, 0.3, 0.0, -0.1)
RESPONSE_BY_TIER = (0.30, 0.15, 0.0, -0.15)
_PARTIAL_SHARE = 0.07
_NOT_ELIGIBLE_SHARE = 0.02

DISPOSITIONS = (
    "complete",
    "partial",
    "refusal",
    "non_contact",
    "other",
    "unknown_eligibility",
    "not_eligible",
)
_COMPLETE, _PARTIAL, _NOT_ELIGIBLE = 0, 1, 6
_SILENT_SHARES = (0.30, 0.53, 0.03, 0.14)
"""Of those eligible who do not answer: refusal, non-contact, other, unknown."""
_MODES = ("online", "telephone", "branch")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Invited:
    """The people invited in one wave, one entry each.

    `number` numbers the invitations over all waves; the other arrays are positions
    as in the population's tuples.
    """

    wave: int
    number: IntArray
    customer: IntArray
    branch: IntArray
    weight: FloatArray
    age_band: IntArray
    segment: IntArray
    tier: IntArray
    disposition: IntArray

    @property
    def region(self) -> IntArray:
        """Region of each branch."""
        return np.asarray(places.BRANCH_REGION[self.branch])

    @property
    def answered(self) -> IntArray:
        """Positions of those who answered, in full or in part."""
        return np.flatnonzero(self.disposition <= _PARTIAL)

    @property
    def completed(self) -> IntArray:
        """Positions of those who answered in full."""
        return np.flatnonzero(self.disposition == _COMPLETE)


def response_score(age_band: IntArray, region: IntArray, tier: IntArray) -> FloatArray:
    """Give the log odds of answering."""
    return np.asarray(
        RESPONSE_BASE
        + np.array(RESPONSE_BY_AGE)[age_band]
        + np.array(RESPONSE_BY_REGION)[region]
        + np.array(RESPONSE_BY_TIER)[tier]
    )


def wave_day(wave: int, span: Span) -> int:
    """Give the first day of a wave, as days since the span's start."""
    return span.n_days - 1 - _STARTS_DAYS_AGO[wave]


def draw_wave(
    rng: np.random.Generator, frame: Frame, span: Span, wave: int, *, first_number: int
) -> Invited:
    """Draw the sample of one wave and how each invitation ended."""
    people = frame.open_on(wave_day(wave, span))
    people = people[np.argsort(frame.branch[people], kind="stable")]
    bounds = np.searchsorted(frame.branch[people], np.arange(places.N_BRANCHES + 1))
    wanted = round(len(frame.branch) * _INVITED_PER_CUSTOMER / places.N_BRANCHES)
    wanted = min(max(wanted, _LEAST_PER_BRANCH), _MOST_PER_BRANCH)
    customers, weights = [], []
    for branch in _draw_branches(rng):
        members = people[bounds[branch] : bounds[branch + 1]]
        if not len(members):
            continue
        chosen = rng.choice(members, size=min(wanted, len(members)), replace=False)
        customers.append(np.sort(chosen))
        weight = places.BRANCHES_PER_REGION / BRANCHES_DRAWN * len(members) / len(chosen)
        weights.append(np.full(len(chosen), weight))
    customer = np.concatenate(customers)
    age_band = frame.age_band[customer].astype(np.int64)
    branch = frame.branch[customer].astype(np.int64)
    tier = frame.tier[customer].astype(np.int64)
    score = response_score(age_band, places.BRANCH_REGION[branch], tier)
    return Invited(
        wave=wave,
        number=np.arange(first_number, first_number + len(customer)),
        customer=customer,
        branch=branch,
        weight=np.concatenate(weights),
        age_band=age_band,
        segment=frame.segment[customer].astype(np.int64),
        tier=tier,
        disposition=_draw_dispositions(rng, score),
    )


def _draw_branches(rng: np.random.Generator) -> IntArray:
    drawn = [
        region * places.BRANCHES_PER_REGION
        + np.sort(rng.choice(places.BRANCHES_PER_REGION, BRANCHES_DRAWN, replace=False))
        for region in range(len(places.REGIONS))
    ]
    return np.concatenate(drawn)


def _draw_dispositions(rng: np.random.Generator, score: FloatArray) -> IntArray:
    size = len(score)
    answers = rng.random(size) < 1 / (1 + np.exp(-score))
    partial = rng.random(size) < _PARTIAL_SHARE
    silent = 2 + np.searchsorted(np.cumsum(_SILENT_SHARES)[:-1], rng.random(size), side="right")
    outcome = np.where(answers, np.where(partial, _PARTIAL, _COMPLETE), silent)
    return np.where(rng.random(size) < _NOT_ELIGIBLE_SHARE, _NOT_ELIGIBLE, outcome)


def write_waves(
    rng: np.random.Generator,
    writer: BankWriter,
    frame: Frame,
    waves: list[Invited],
    span: Span,
) -> None:
    """Write ``surveys``, ``survey_invitations``, ``survey_strata``, ``population_margins``."""
    starts = [span.start + dt.timedelta(days=wave_day(w.wave, span)) for w in waves]
    writer.append_rows(
        "surveys",
        [
            {
                "survey_id": WAVES[wave.wave],
                "name_en": _WAVE_NAMES[wave.wave][0],
                "name_zh": _WAVE_NAMES[wave.wave][1],
                "starts_on": start,
                "ends_on": start + dt.timedelta(days=_FIELD_DAYS - 1),
            }
            for wave, start in zip(waves, starts, strict=True)
        ],
    )
    for wave, start in zip(waves, starts, strict=True):
        _write_invitations(rng, writer, wave, epoch_day(start))
        _write_population(writer, frame, wave.wave, span)


def _write_invitations(
    rng: np.random.Generator, writer: BankWriter, wave: Invited, first_day: int
) -> None:
    size = len(wave.number)
    invited = first_day + rng.integers(14, size=size)
    answered = invited + rng.integers(_FIELD_DAYS - 14, size=size)
    missing = np.iinfo(np.int32).min
    values = {
        "invitation_id": number_labels("V", wave.number, digits=7),
        "survey_id": Coded(np.full(size, wave.wave), WAVES),
        "customer_id": number_labels("C", wave.customer + 1, digits=8),
        "invited_on": invited,
        "answered_on": np.where(wave.disposition <= _PARTIAL, answered, missing),
        "disposition": Coded(wave.disposition, DISPOSITIONS),
        "mode": Coded(rng.integers(len(_MODES), size=size), _MODES),
        "stratum": Coded(wave.region, places.REGION_NAMES),
        "cluster": Coded(wave.branch, places.BRANCH_IDS),
        "base_weight": wave.weight,
        "age_band": Coded(wave.age_band, AGE_BANDS),
        "region": Coded(wave.region, places.REGION_NAMES),
        "segment": Coded(wave.segment, SEGMENTS),
        "value_tier": Coded(wave.tier, TIERS),
    }
    writer.append("survey_invitations", values)


def _write_population(writer: BankWriter, frame: Frame, wave: int, span: Span) -> None:
    people = frame.open_on(wave_day(wave, span))
    region = places.BRANCH_REGION[frame.branch[people]]
    by_region = np.bincount(region, minlength=len(places.REGIONS))
    writer.append_rows(
        "survey_strata",
        [
            {
                "survey_id": WAVES[wave],
                "stratum": name,
                "population": int(count),
                "population_clusters": places.BRANCHES_PER_REGION,
            }
            for name, count in zip(places.REGION_NAMES, by_region, strict=True)
        ],
    )
    margins = (
        ("age_band", AGE_BANDS, frame.age_band[people]),
        ("region", places.REGION_NAMES, region),
        ("segment", SEGMENTS, frame.segment[people]),
        ("value_tier", TIERS, frame.tier[people]),
    )
    writer.append_rows(
        "population_margins",
        [
            {
                "survey_id": WAVES[wave],
                "variable": variable,
                "category": category,
                "population": int(count),
            }
            for variable, categories, codes in margins
            for category, count in zip(
                categories, np.bincount(codes, minlength=len(categories)), strict=True
            )
        ],
    )


def plant_response(book: TruthBook) -> None:
    """Record who answers."""
    for name, values, labels in (
        ("response_by_age_band", RESPONSE_BY_AGE, AGE_BANDS),
        ("response_by_region", RESPONSE_BY_REGION, places.REGION_NAMES),
        ("response_by_tier", RESPONSE_BY_TIER, TIERS),
    ):
        book.plant(
            "survey",
            name,
            dict(zip(labels, values, strict=True)),
            unit="log odds",
            meaning=f"Part of the log odds that an eligible person answers; base {RESPONSE_BASE}.",
        )
    book.plant(
        "survey",
        "response_by_satisfaction",
        0.0,
        unit="log odds",
        meaning="Direct part of satisfaction, given age, region and tier: none.",
    )

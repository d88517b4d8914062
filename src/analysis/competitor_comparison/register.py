"""What do we know about them, and how well?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analysis.competitor_comparison.disagreements import Stated, settle
from analysis.competitor_comparison.facts import Conflict, Doubt, Evidence, Register
from analysis.competitor_comparison.rules import DoubtRules
from analysis.data.rows import day, fetch, names, number, real, text
from analysis.data.tables import Bank, collect
from analysis.methods import Method
from analysis.text import Words, message

METHOD = Method(
    name=message("Register of figures with source, day, method and age"),
    citation="ISO 20252:2019. Market, opinion and social research, including insights and data "
    "analytics: vocabulary and service requirements.",
    assumptions=(
        message("A figure holds until it is observed again; the age at which it is old is set."),
        message(
            "Where sources disagree, a current figure counts before an old one, then the more "
            "reliable source; equal ones are refused."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """An attribute on which institutions are compared."""

    key: str
    name: Words
    area: str
    higher_is_better: bool
    unit: str
    given_weight: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A figure on an institution: value, the terms it holds for, its evidence.

    `error` is a standard error, None where the figure is exact or it is unknown.
    """

    institution: str
    criterion: str
    value: float
    error: float | None
    term_months: float | None
    from_amount_cny: float | None
    conditions: str
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFigures:
    """Figures of another table that share source, method and last day of observation."""

    table: str
    institutions: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFigures:
    """Every figure on terms and qualities that counts.

    Attributes
    ----------
    register : Register
    criteria : tuple of Criterion
    offers : tuple of Offer
    conflicts : tuple of Conflict
        Subjects are criterion, term, amount and conditions.
    missing : tuple of (str, str)
        Institution and criterion without any figure.
    others : tuple of OtherFigures
    rules : DoubtRules
    """

    register: Register
    criteria: tuple[Criterion, ...]
    offers: tuple[Offer, ...]
    conflicts: tuple[Conflict, ...]
    missing: tuple[tuple[str, str], ...]
    others: tuple[OtherFigures, ...]
    rules: DoubtRules

    def criterion(self, key: str) -> Criterion:
        """Give a criterion by its key."""
        return next(criterion for criterion in self.criteria if criterion.key == key)

    def count(self, institution: str, doubt: Doubt | None = None) -> int:
        """Count the figures on an institution, all or those with a doubt."""
        return sum(
            offer.institution == institution and (doubt is None or doubt in offer.evidence.doubts)
            for offer in self.offers
        )

    def doubts(self, institution: str) -> frozenset[Doubt]:
        """Give the doubts on at least half of an institution's figures."""
        n = self.count(institution)
        return frozenset(d for d in Doubt if n and 2 * self.count(institution, d) >= n)


def known_figures(bank: Bank, register: Register, *, rules: DoubtRules) -> KnownFigures:
    """Read every figure on terms and qualities, judge it, and settle disagreements.

    Parameters
    ----------
    bank : Bank
        Uses ``criteria`` and ``competitor_offers`` where the source has them.
    register : Register
    rules : DoubtRules

    Raises
    ------
    DataError
        If two sources of equal reliability disagree.
    """
    criteria = _criteria(bank)
    stated: list[tuple[tuple[str, ...], Stated]] = []
    errors: dict[tuple[tuple[str, ...], str, dt.date, float], float | None] = {}
    if criteria and bank.has("competitor_offers"):
        for row in fetch(bank, "competitor_offers").itertuples():
            observed = day(row.observed_on)
            if observed > register.as_of:
                continue
            terms = (
                _written(number(getattr(row, "term_months", None))),
                _written(number(getattr(row, "from_amount_cny", None))),
                text(getattr(row, "conditions", None)),
            )
            subject = (str(row.institution_id), str(row.criterion_id), *terms)
            figure = Stated(
                value=real(row.value),
                evidence=register.evidence(
                    source=str(row.source_id),
                    method=str(row.method),
                    observed_on=observed,
                    old_after_months=rules.terms_old_after_months,
                ),
            )
            stated.append((subject, figure))
            errors[subject, figure.evidence.source.key, observed, figure.value] = number(
                getattr(row, "error", None)
            )
    settled = settle(stated, tolerance=rules.disagreement_tolerance, where="competitor_offers")
    offers = tuple(
        Offer(
            institution=subject[0],
            criterion=subject[1],
            value=figure.value,
            error=errors[
                subject, figure.evidence.source.key, figure.evidence.observed_on, figure.value
            ],
            term_months=_read(subject[2]),
            from_amount_cny=_read(subject[3]),
            conditions=subject[4],
            evidence=figure.evidence,
        )
        for subject, figure in settled.kept.items()
    )
    known = {(offer.institution, offer.criterion) for offer in offers}
    return KnownFigures(
        register=register,
        criteria=criteria,
        offers=offers,
        conflicts=settled.conflicts,
        missing=tuple(
            (institution, criterion.key)
            for institution in register.keys
            for criterion in criteria
            if offers and (institution, criterion.key) not in known
        ),
        others=_other_figures(bank, register, rules),
        rules=rules,
    )


def _criteria(bank: Bank) -> tuple[Criterion, ...]:
    if not bank.has("criteria"):
        return ()
    return tuple(
        Criterion(
            key=str(row.criterion_id),
            name=names(row),
            area=str(row.area),
            higher_is_better=str(row.better) == "higher",
            unit=str(row.unit),
            given_weight=number(getattr(row, "given_weight", None)),
        )
        for row in fetch(bank, "criteria").sort_values("criterion_id").itertuples()
    )


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _read(value: str) -> float | None:
    return float(value) if value else None


def _other_figures(bank: Bank, register: Register, rules: DoubtRules) -> tuple[OtherFigures, ...]:
    """Say of each other table what came from whom, by which method, last observed when."""
    found = []
    for table, institution, observed, old_after_months in (
        ("market_volumes", "institution_id", "observed_on", rules.volumes_old_after_months),
        ("switching_flows", "from_institution_id", "quarter", rules.terms_old_after_months),
        ("service_times", "institution_id", "observed_on", rules.service_old_after_months),
        ("brand_perceptions", "institution_id", "observed_on", rules.perception_old_after_months),
    ):
        if not bank.has(table):
            continue
        rows = bank.table(table)
        rows = rows.filter(rows[observed] <= register.as_of)
        by = [institution, "source_id", *(["method"] if "method" in rows.columns else [])]
        last = collect(rows.group_by(by).aggregate(last=rows[observed].max()), max_rows=10_000)
        groups: dict[tuple[str, str, dt.date], list[str]] = {}
        for row in last.to_dict("records"):
            at = (str(row["source_id"]), str(row.get("method", "survey")), day(row["last"]))
            groups.setdefault(at, []).append(str(row[institution]))
        for (source, method, on), keys in sorted(groups.items()):
            found.append(
                OtherFigures(
                    table=table,
                    institutions=tuple(key for key in register.keys if key in keys),
                    evidence=register.evidence(
                        source=source,
                        method=method,
                        observed_on=on,
                        old_after_months=old_after_months,
                    ),
                )
            )
    return tuple(found)

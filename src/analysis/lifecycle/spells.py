"""How long contracts last, reduced in the engine to counted spells by group."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import DataError, Problem
from analysis.lifecycle.groups import UNKNOWN
from analysis.stats.spells import SpellCells, spell_cells
from analysis.text import Message, Words, message

COVARIATES = ("segment", "value_tier", "acquisition_channel")
CLOSED, FELL_DORMANT = 1, 2
MAX_CELLS = 5_000_000
_DORMANT_REASON = "fell_dormant"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spells:
    """Equal spells of customers, counted, with the groups that they belong to.

    Attributes
    ----------
    basis : {"holding", "relationship"}
        Whether a spell is a holding of one contractual product, or the relationship.
    product : Words or None
        The product's name; None for the relationship.
    cells : SpellCells, m cells
        In days; event 1 for a closing, 2 for falling dormant.
    groups : DataFrame, m rows
        A column for each covariate that the source has, ``unknown`` where it is missing.
    n_left_out : int
        Spells that began on the last day, of which nothing is known yet.
    """

    basis: Literal["holding", "relationship"]
    product: Words | None
    cells: SpellCells
    groups: pd.DataFrame
    n_left_out: int


def contract_spells(bank: Bank, *, as_of: dt.date, product_id: str) -> Spells | NotAssessed:
    """Count the spells of a contractual product, or of the relationship.

    A holding and the relationship have life cycles of their own. Of the holdings, one
    product is followed: the one named, or the contractual one without renewal that most
    hold. Without holdings the relationship is followed, from its opening to its closing.

    Parameters
    ----------
    bank : Bank
        Uses ``holdings`` with ``products``, else ``customers`` with its dates.
    as_of : date
        Spells that have not ended by then go on.
    product_id : str
        Product to follow; empty for the one that most hold.

    Returns
    -------
    Spells or NotAssessed
        Not assessed where the source has neither holdings nor dates of relationships.

    Raises
    ------
    DataError
        If the named product does not exist or nobody holds it, or a spell ends before
        it begins.
    """
    if bank.has("holdings") and bank.has("products"):
        chosen = _choose_product(bank, as_of, product_id)
        if chosen is not None:
            return _holding_spells(bank, as_of, *chosen)
    if bank.has("customers", "opened_on") and bank.has("customers", "closed_on"):
        return _relationship_spells(bank, as_of)
    return NotAssessed(
        name="tenure",
        question=message("How long do they stay?"),
        reason=message(
            "The source has neither holdings of a contractual product nor the dates on which "
            "relationships opened and closed."
        ),
    )


def _choose_product(bank: Bank, as_of: dt.date, product_id: str) -> tuple[str, Words] | None:
    products = bank.table("products")
    found = _most_held(bank, as_of, products, product_id)
    if product_id and found is None:
        raise DataError(
            Problem(
                what=f"parameter tenure_product: nobody holds product {product_id!r}",
                needed="the product_id of a product in holdings, or nothing",
                next_step="Correct tenure_product in the run file.",
            )
        )
    return found


def _most_held(
    bank: Bank, as_of: dt.date, products: ir.Table, product_id: str
) -> tuple[str, Words] | None:
    if product_id:
        wanted = products.filter(products.product_id == product_id)
    elif "contractual" in products.columns:
        wanted = products.filter(products.contractual)
        if "renewal_months" in products.columns:
            wanted = wanted.filter(wanted.renewal_months.isnull())
    else:
        return None
    return find_most_held(bank, as_of, wanted)


def find_most_held(bank: Bank, as_of: dt.date, wanted: ir.Table) -> tuple[str, Words] | None:
    """Find the product, among those wanted, of which most holdings have begun."""
    holdings = bank.table("holdings").filter(lambda t: t.opened_on <= ibis.literal(as_of))
    counted = holdings.group_by("product_id").aggregate(n=holdings.count())
    names = [name for name in ("name_en", "name_zh") if name in wanted.columns]
    ranked = (
        counted.join(wanted.select("product_id", *names), "product_id")
        .order_by([ibis.desc("n"), "product_id"])
        .limit(1)
    )
    rows = collect(ranked, max_rows=1)
    if rows.empty:
        return None
    row = rows.iloc[0]
    english = str(row["name_en"]) if "name_en" in names else str(row["product_id"])
    chinese = str(row["name_zh"]) if "name_zh" in names else english
    return str(row["product_id"]), Words(en=english, zh=chinese)


def _holding_spells(bank: Bank, as_of: dt.date, product_id: str, name: Words) -> Spells:
    holdings = bank.table("holdings")
    held = holdings.filter(
        (holdings.product_id == product_id) & (holdings.opened_on <= ibis.literal(as_of))
    )
    dormant: Any = ibis.literal(False)
    if "end_reason" in held.columns:
        dormant = (held.end_reason == _DORMANT_REASON).fill_null(False)
    spells = held.select("customer_id", "opened_on", "closed_on", dormant=dormant)
    return _count(bank, spells, as_of, basis="holding", product=name)


def _relationship_spells(bank: Bank, as_of: dt.date) -> Spells:
    customers = bank.table("customers")
    begun = customers.filter(
        customers.opened_on.notnull() & (customers.opened_on <= ibis.literal(as_of))
    )
    spells = begun.select("customer_id", "opened_on", "closed_on", dormant=ibis.literal(False))
    return _count(bank, spells, as_of, basis="relationship", product=None)


def _count(
    bank: Bank,
    spells: ir.Table,
    as_of: dt.date,
    *,
    basis: Literal["holding", "relationship"],
    product: Words | None,
) -> Spells:
    """Count equal spells: their days, how they ended, and the customer's groups."""
    known = [name for name in COVARIATES if bank.has("customers", name)]
    if known:
        customers = bank.table("customers")
        groups = customers.select(
            "customer_id", *[customers[name].fill_null(UNKNOWN).name(name) for name in known]
        )
        spells = spells.join(groups, "customer_id")
    ended = (spells.closed_on.notnull() & (spells.closed_on <= ibis.literal(as_of))).fill_null(
        False
    )
    last = ibis.ifelse(ended, spells.closed_on, ibis.literal(as_of))
    laid = spells.select(
        *known,
        days=last.delta(spells.opened_on, unit="day").cast("int64"),
        event=ibis.cases((~ended, 0), (spells.dormant, FELL_DORMANT), else_=CLOSED),
    )
    keys = ["days", "event", *known]
    counted = collect(
        laid.group_by(keys).aggregate(customers=laid.count()).order_by(keys), max_rows=MAX_CELLS
    )
    return _make_spells(counted, known, basis=basis, product=product)


def _make_spells(
    counted: pd.DataFrame,
    known: list[str],
    *,
    basis: Literal["holding", "relationship"],
    product: Words | None,
) -> Spells:
    backwards = int(counted.customers[counted.days < 0].sum())
    if backwards:
        raise DataError(
            Problem(
                what="spells that end before they begin",
                found=f"{backwards} of {int(counted.customers.sum())}",
                needed="closed_on not before opened_on",
                next_step="Correct the dates in the source.",
            )
        )
    unknown = (counted.days == 0) & (counted.event == 0)
    kept = counted[~unknown].reset_index(drop=True)
    return Spells(
        basis=basis,
        product=product,
        cells=spell_cells(kept.days.clip(lower=1), kept.event, customers=kept.customers),
        groups=kept[known].astype(str),
        n_left_out=int(counted.customers[unknown].sum()),
    )


def describe_spell(spells: Spells) -> Message | Words:
    """Say whose life cycle is followed."""
    if spells.product is not None:
        return message("holdings of {product}", product=spells.product)
    return message("customer relationships")

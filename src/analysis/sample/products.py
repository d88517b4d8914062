"""The sample bank's products, and the law by which each spreads and is given up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analysis.definitions import months_before
from analysis.sample.span import HISTORY_MONTHS, FloatArray, Span
from analysis.sample.writer import BankWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Adoption by the Bass law, time in months of 30.4375 days since the launch.

    Attributes
    ----------
    launch_month : int
        Months from the start of the ledger to the launch.
    p, q : float
        Innovation and imitation per month.
    share : float
        Adopters in the end, as a share of the relationships ever opened.
    leaving_per_month : float
        Hazard with which a holder gives the product up.
    mean_balance_cny : float
        Of a customer of medium wealth; 0 where the product has no balance.
    appeal : tuple of float
        How gladly the segments (in their order) take it, 1 at most.
    """

    launch_month: int
    p: float
    q: float
    share: float
    leaving_per_month: float
    mean_balance_cny: float
    appeal: tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product; without a spread it is taken when the relationship opens."""

    product_id: str
    name_en: str
    name_zh: str
    family: str
    contractual: bool = False
    renewal_months: int | None = None
    withdrawn_month: int | None = None
    spread: Spread | None = None


EVERYDAY, SALARY_PLAN, MEMBERSHIP = "P01", "P02", "P03"

PRODUCTS: tuple[Product, ...] = (
    Product(product_id=EVERYDAY, name_en="Everyday account", name_zh="日常账户", family="account"),
    Product(
        product_id=SALARY_PLAN,
        name_en="Salary plan",
        name_zh="工资管家",
        family="plan",
        contractual=True,
    ),
    Product(
        product_id=MEMBERSHIP,
        name_en="Gold membership",
        name_zh="金卡会员",
        family="plan",
        contractual=True,
        renewal_months=1,
    ),
    Product(
        product_id="P04",
        name_en="Flexible saver",
        name_zh="灵活存",
        family="deposit",
        spread=Spread(
            launch_month=6,
            p=0.020,
            q=0.12,
            share=0.36,
            leaving_per_month=0.004,
            mean_balance_cny=18_000,
            appeal=(0.5, 0.8, 1.0, 0.6, 1.0),
        ),
    ),
    Product(
        product_id="P05",
        name_en="Fund plan",
        name_zh="基金定投",
        family="wealth",
        spread=Spread(
            launch_month=8,
            p=0.006,
            q=0.16,
            share=0.20,
            leaving_per_month=0.006,
            mean_balance_cny=30_000,
            appeal=(0.15, 0.7, 1.0, 0.8, 0.25),
        ),
    ),
    Product(
        product_id="P06",
        name_en="Travel credit card",
        name_zh="旅行信用卡",
        family="card",
        spread=Spread(
            launch_month=17,
            p=0.005,
            q=0.17,
            share=0.25,
            leaving_per_month=0.005,
            mean_balance_cny=4_000,
            appeal=(1.0, 0.9, 0.6, 0.7, 0.1),
        ),
    ),
    Product(
        product_id="P07",
        name_en="Instalment loan",
        name_zh="消费分期",
        family="loan",
        spread=Spread(
            launch_month=34,
            p=0.006,
            q=0.13,
            share=0.22,
            leaving_per_month=0.015,
            mean_balance_cny=22_000,
            appeal=(1.0, 0.8, 0.5, 0.7, 0.05),
        ),
    ),
    Product(
        product_id="P08",
        name_en="Household insurance",
        name_zh="家财保险",
        family="insurance",
        spread=Spread(
            launch_month=41,
            p=0.008,
            q=0.10,
            share=0.15,
            leaving_per_month=0.003,
            mean_balance_cny=0,
            appeal=(0.05, 0.5, 1.0, 0.6, 0.6),
        ),
    ),
    Product(
        product_id="P09",
        name_en="Guided portfolio",
        name_zh="智能投顾",
        family="wealth",
        spread=Spread(
            launch_month=46,
            p=0.010,
            q=0.15,
            share=0.12,
            leaving_per_month=0.004,
            mean_balance_cny=40_000,
            appeal=(0.2, 0.9, 1.0, 0.9, 0.3),
        ),
    ),
    Product(
        product_id="P10",
        name_en="Passbook savings",
        name_zh="存折储蓄",
        family="deposit",
        spread=Spread(
            launch_month=1,
            p=0.100,
            q=0.15,
            share=0.03,
            leaving_per_month=0.060,
            mean_balance_cny=9_000,
            appeal=(0.05, 0.1, 0.2, 0.1, 1.0),
        ),
    ),
    Product(
        product_id="P11",
        name_en="Term deposit",
        name_zh="定期存款",
        family="deposit",
        spread=Spread(
            launch_month=5,
            p=0.030,
            q=0.09,
            share=0.24,
            leaving_per_month=0.008,
            mean_balance_cny=35_000,
            appeal=(0.1, 0.35, 0.5, 0.3, 1.0),
        ),
    ),
    Product(
        product_id="P12",
        name_en="Classic fund basket",
        name_zh="经典基金组合",
        family="wealth",
        withdrawn_month=40,
        spread=Spread(
            launch_month=2,
            p=0.080,
            q=0.15,
            share=0.04,
            leaving_per_month=0.045,
            mean_balance_cny=25_000,
            appeal=(0.05, 0.5, 1.0, 0.6, 0.5),
        ),
    ),
)
SPREADING: tuple[tuple[Product, Spread], ...] = tuple(
    (product, product.spread) for product in PRODUCTS if product.spread is not None
)


def launch_date(span: Span, month: int) -> dt.date:
    """Give the first day of a month of the ledger, counted from 0."""
    return months_before(span.as_of, HISTORY_MONTHS - month) + dt.timedelta(days=1)


def write_products(writer: BankWriter, span: Span) -> None:
    """Write the table ``products``."""
    rows = []
    for product in PRODUCTS:
        launch = product.spread.launch_month if product.spread else 0
        withdrawn = product.withdrawn_month
        rows.append(
            {
                "product_id": product.product_id,
                "name_en": product.name_en,
                "name_zh": product.name_zh,
                "family": product.family,
                "contractual": product.contractual,
                "renewal_months": product.renewal_months,
                "launched_on": launch_date(span, launch),
                "withdrawn_on": None if withdrawn is None else launch_date(span, withdrawn),
            }
        )
    writer.append_rows("products", rows)


def bass_months(place: FloatArray, *, p: float, q: float) -> FloatArray:
    """Invert the Bass distribution of adoption times.

    Parameters
    ----------
    place : ndarray of float
        Shares of the adopters, 0 or more and below 1.
    p, q : float
        Innovation and imitation per month.

    Source: Bass (1969), A new product growth model for consumer durables.

    Examples
    --------
    >>> half = bass_months(np.array([0.5]), p=0.02, q=0.12)[0]
    >>> decayed = np.exp(-(0.02 + 0.12) * half)
    >>> round(float((1 - decayed) / (1 + 0.12 / 0.02 * decayed)), 12)
    0.5
    """
    return np.asarray(-np.log((1 - place) / (1 + place * q / p)) / (p + q))

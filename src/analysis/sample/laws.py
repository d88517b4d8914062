"""The laws that customers buy by: BG/NBD in time, Gamma-Gamma in amounts."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.sample.truth import TruthBook


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLaw:
    """Parameters of repeat purchases.

    While alive a customer buys at a rate per week drawn from a gamma distribution
    (shape `r`, rate `alpha_weeks`), and falls silent for good after each repeat
    purchase with a probability drawn from a beta distribution (`a`, `b`). Amounts
    are gamma distributed (shape `p`) about a mean whose inverse scale is drawn
    from a gamma distribution (shape `q`, rate `v_cny`).

    Source: Fader, Hardie, Lee (2005), "Counting your customers" the easy way;
    Fader, Hardie (2013), The gamma-gamma model of monetary value.
    """

    r: float
    alpha_weeks: float
    a: float
    b: float
    p: float
    q: float
    v_cny: float

    @property
    def mean_amount_cny(self) -> float:
        """Mean amount of a customer drawn at random."""
        return self.p * self.v_cny / (self.q - 1)


PURCHASES = PurchaseLaw(r=1.4, alpha_weeks=5.5, a=0.5, b=10.0, p=6.0, q=4.0, v_cny=150.0)
FIRST_PURCHASE_WITHIN_DAYS = 7.0


def plant_purchases(book: TruthBook) -> None:
    """Record the parameters of the law."""
    meanings = {
        "r": ("", "BG/NBD: shape of the gamma distribution of purchase rates."),
        "alpha_weeks": ("weeks", "BG/NBD: rate of the gamma distribution of purchase rates."),
        "a": ("", "BG/NBD: first parameter of the beta distribution of falling silent."),
        "b": ("", "BG/NBD: second parameter of the beta distribution of falling silent."),
        "p": ("", "Gamma-Gamma: shape of a customer's amounts."),
        "q": ("", "Gamma-Gamma: shape of the distribution over customers."),
        "v_cny": ("CNY", "Gamma-Gamma: rate of the distribution over customers."),
        "mean_amount_cny": ("CNY", "Mean amount of a customer drawn at random, p v / (q - 1)."),
    }
    for name, (unit, meaning) in meanings.items():
        book.plant("purchases", name, getattr(PURCHASES, name), unit=unit, meaning=meaning)
    book.plant(
        "purchases",
        "convention",
        "every transaction after a customer's first counts as a repeat purchase",
        unit="",
        meaning=(
            "Time runs from the first purchase in continuous weeks and is then cut to days; "
            "two purchases on one day are two purchases. Joining them would lower the rates."
        ),
    )

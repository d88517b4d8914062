"""Which further numbers to hide, so that none that must be hidden can be worked out.

The least information is given up such that every demand on what a reader may learn is
met. A programme in yes-or-no unknowns (one a number that may be hidden) is solved
again and again; each time the reader's own problem is solved for every hidden number,
and where a reader learns too much, the prices of the bounds that told tell which
numbers are to be chosen from. The last choice is the cheapest of all that are safe.

Source: Fischetti and Salazar-González (2000), Models and algorithms for optimizing cell
suppression in tabular data with linear constraints, JASA 95(451) 916-928.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from analysis.disclosure.attack import Demand, Equation, Knowledge, Unmet, matrix, unmet

_MOST_ROUNDS = 60
_MOST_NODES = 5000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be hidden, and what may be hidden with it.

    Attributes
    ----------
    shown_lower, shown_upper : ndarray of shape (numbers,)
        What a reader knows of a number that is shown.
    hidden_lower, hidden_upper : ndarray of shape (numbers,)
        What a reader knows of it otherwise, without the equations.
    equations : tuple of Equation
    demands : tuple of Demand
        Only on numbers that are hidden.
    hidden : frozenset of int
        What must be hidden, and what nobody is shown anyway.
    costs : mapping of int to int
        What may be hidden, and what is lost with it.
    follows : mapping of int to tuple of int
        Differences: hidden as soon as one of the two is.
    whole : bool
    """

    shown_lower: Floats
    shown_upper: Floats
    hidden_lower: Floats
    hidden_upper: Floats
    equations: tuple[Equation, ...]
    demands: tuple[Demand, ...]
    hidden: frozenset[int]
    costs: Mapping[int, int]
    follows: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    whole: bool = True

    def known(self, hidden: frozenset[int]) -> Knowledge:
        """Give what a reader knows where just these numbers are hidden."""
        out = np.zeros(len(self.shown_lower), dtype=bool)
        out[list(self.all_hidden(hidden))] = True
        return Knowledge(
            np.where(out, self.hidden_lower, self.shown_lower),
            np.where(out, self.hidden_upper, self.shown_upper),
            matrix(self.equations, len(out)),
            self.whole,
        )

    def all_hidden(self, hidden: frozenset[int]) -> frozenset[int]:
        """Give what is hidden, with the differences that follow."""
        return hidden | {number for number, of in self.follows.items() if not hidden.isdisjoint(of)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What was hidden, and what that costs.

    Attributes
    ----------
    numbers : frozenset of int
        With those that had to be.
    safe : bool
        Every demand is met. False only where hiding everything would not do.
    cost : int
        Of what was hidden beyond what had to be.
    cost_at_least : int
        Nothing that is safe costs less; equal to `cost` where the choice is the best.
    """

    numbers: frozenset[int]
    safe: bool
    cost: int = 0
    cost_at_least: int = 0


def hide(question: Question, *, rounds: int = _MOST_ROUNDS) -> Hidden:
    """Hide what must be hidden and the cheapest numbers that protect it.

    Parameters
    ----------
    question : Question
    rounds : int
        After so many rounds the choice is completed number by number instead: safe, but
        perhaps not the cheapest. A count, not a time: two runs choose the same.

    Returns
    -------
    Hidden

    Examples
    --------
    Three counts and their total, exact, the first hidden: one more must go.

    >>> question = Question(
    ...     shown_lower=np.array([4.0, 30, 80, 114]), shown_upper=np.array([4.0, 30, 80, 114]),
    ...     hidden_lower=np.zeros(4), hidden_upper=np.full(4, np.inf),
    ...     equations=(((0, 1.0), (1, 1.0), (2, 1.0), (3, -1.0)),),
    ...     demands=(Demand(number=0, at_most=1, at_least=10),),
    ...     hidden=frozenset({0}), costs={1: 15, 2: 19, 3: 21})
    >>> sorted(hide(question).numbers), hide(question).cost
    ([0, 1], 15)
    """
    search = _Search(question)
    chosen: frozenset[int] = frozenset()
    for _ in range(rounds):
        cuts = search.cuts(chosen)
        if not cuts:
            return search.answer(chosen, safe=True, proven=True)
        search.known_cuts += cuts
        found = search.choose()
        if found is None:
            break
        chosen = found
    return _complete(search, chosen)


def _complete(search: _Search, chosen: frozenset[int]) -> Hidden:
    """Hide one number after another, the cheapest that helps, until all demands are met."""
    while cuts := search.cuts(chosen):
        left = {number for cut in cuts for number in cut} - chosen
        left = left or set(search.question.costs) - chosen
        if not left:
            return search.answer(chosen, safe=False, proven=False)
        chosen |= {min(left, key=lambda number: (search.question.costs[number], number))}
    return search.answer(chosen, safe=True, proven=False)


Cut = Mapping[int, float]
"""Numbers of which enough must be hidden: their weights add up to 1 at least."""


class _Search:
    """The cuts that were found so far, and the best choice that keeps to them."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.known_cuts: list[Cut] = []
        self._order = sorted(question.costs)
        self._at_least = 0
        self._company = list(_company(question))

    def cuts(self, chosen: frozenset[int]) -> list[Cut]:
        """Give a cut for each demand that a choice does not meet."""
        question = self.question
        known = question.known(question.hidden | chosen)
        found = [self._cut(one) for one in unmet(known, question.demands)]
        rest = dict.fromkeys((n for n in self._order if n not in chosen), 1.0)
        # a cut that the choice keeps to already says nothing new: hide at least one more
        return [cut if sum(cut.get(n, 0.0) for n in chosen) < 1 else rest for cut in found]

    def _cut(self, told: Unmet) -> Cut:
        """Turn the prices of the bounds that told into a choice of numbers to hide."""
        question = self.question
        at_lower, at_upper = told.at_lower, told.at_upper
        without = question.known(question.hidden)
        missing = _value(at_lower, without.lower) + _value(at_upper, without.upper) - told.target
        if not np.isfinite(missing) or missing <= 1e-9:
            return {}
        gain = _gain(at_lower, question.shown_lower, question.hidden_lower)
        gain += _gain(at_upper, question.shown_upper, question.hidden_upper)
        weights: dict[int, float] = {}
        for number in np.flatnonzero(gain > 1e-9):
            for chosen in question.follows.get(int(number), (int(number),)):
                if chosen in question.costs:
                    more = min(1.0, float(gain[number]) / missing)
                    weights[chosen] = min(1.0, weights.get(chosen, 0.0) + more)
        return weights

    def choose(self) -> frozenset[int] | None:
        """Give the cheapest choice that keeps to all cuts; None where there is none."""
        order = self._order
        if not order or not all(self.known_cuts):
            return None
        place = {number: i for i, number in enumerate(order)}
        rules = [(cut, 1.0 - 1e-9) for cut in self.known_cuts] + self._company
        rows = np.zeros((len(rules), len(order)))
        for i, (cut, _) in enumerate(rules):
            for number, weight in cut.items():
                rows[i, place[number]] = weight
        # ranks break ties, so that one choice is the best; together they never make up for a cost
        tie = len(order) ** 2
        prices = np.array([self.question.costs[n] * tie + i for i, n in enumerate(order)])
        found = milp(
            prices.astype(float),
            integrality=np.ones(len(order)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(rows, lb=[least for _, least in rules]),
            options={"mip_rel_gap": 0.0, "node_limit": _MOST_NODES},
        )
        if found.x is None:
            return None
        self._at_least = int(((found.mip_dual_bound or 0.0) + 1e-3) // tie)
        return frozenset(order[i] for i in np.flatnonzero(found.x > 0.5))

    def answer(self, chosen: frozenset[int], *, safe: bool, proven: bool) -> Hidden:
        cost = sum(self.question.costs[number] for number in chosen)
        return Hidden(
            numbers=self.question.hidden | chosen,
            safe=safe,
            cost=cost,
            cost_at_least=min(cost, self._at_least) if chosen or not proven else 0,
        )


def _company(question: Question) -> Iterator[tuple[Cut, float]]:
    """Say that nothing is hidden alone in a sum of exact numbers: it would follow from it."""
    exact = question.shown_lower == question.shown_upper
    out = question.all_hidden(question.hidden)
    for equation in question.equations:
        numbers = [number for number, _ in equation]
        hidden = [number for number in numbers if number in out]
        if not all(exact[number] or number in out for number in numbers) or len(hidden) > 1:
            continue
        free = [number for number in numbers if number in question.costs]
        if hidden and free:
            yield dict.fromkeys(free, 1.0), 1.0 - 1e-9
        elif not hidden:
            for number in free:
                yield {**dict.fromkeys(free, 1.0), number: -1.0}, -1e-9


def _value(prices: Floats, limits: Floats) -> float:
    used = prices != 0
    return float(prices[used] @ limits[used])


def _gain(prices: Floats, shown: Floats, hidden: Floats) -> Floats:
    """Give by how much hiding each number brings a reader's bound towards the asked value."""
    gain = np.zeros(len(prices))
    used = (prices != 0) & (shown != hidden)
    gain[used] = -(prices[used] * (hidden[used] - shown[used]))
    return gain

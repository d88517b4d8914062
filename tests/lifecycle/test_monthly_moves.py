"""Who moved where, month by month: the engine's reduction against one customer at a time."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.definitions import Stage, StageRules, months_before, stage_of
from analysis.lifecycle.monthly_moves import MonthlyMoves, monthly_moves
from analysis.lifecycle.stages import customer_stages

RULES = StageRules(new_within_months=6, dormant_after_months=6, lost_after_months=12)
NOW = dt.date(2025, 12, 31)
MakeBank = Callable[..., Bank]
STAGES = list(Stage)


def moves_of(bank: Bank, *, as_of: dt.date = NOW, months: int = 10) -> MonthlyMoves:
    moves = monthly_moves(bank, as_of=as_of, months=months, rules=RULES)
    assert isinstance(moves, MonthlyMoves)
    return moves


def random_people(n: int) -> tuple[list[tuple[str, str, float]], list[dict[str, str | None]]]:
    """Histories with pauses, returns, closings, late openings and customers never seen."""
    rng = np.random.default_rng(17)
    start = dt.date(2022, 1, 1)
    transactions = [("first of all", "2022-01-05", 1.0)]
    customers: list[dict[str, str | None]] = [
        {"customer_id": "first of all", "opened_on": "2022-01-05"}
    ]
    for i in range(n):
        opened = start + dt.timedelta(days=int(rng.integers(0, 1600)))
        closed = opened + dt.timedelta(days=int(rng.integers(1, 1500)))
        contact = opened - dt.timedelta(days=int(rng.integers(0, 200)))
        days = [opened + dt.timedelta(days=int(d)) for d in rng.integers(-40, 1200, 4)]
        transactions += [(str(i), day.isoformat(), 1.0) for day in days[: rng.integers(0, 5)]]
        customers.append(
            {
                "customer_id": str(i),
                "first_contact_on": contact.isoformat() if rng.random() < 0.7 else None,
                "opened_on": opened.isoformat() if rng.random() < 0.8 else None,
                "closed_on": closed.isoformat() if rng.random() < 0.4 else None,
            }
        )
    return transactions, customers


def stages_one_by_one(
    transactions: list[tuple[str, str, float]],
    customers: list[dict[str, str | None]],
    day: dt.date,
    as_of: dt.date,
) -> dict[str, Stage | None]:
    """Apply `definitions.stage_of` to each customer known by `as_of`; None if not yet known."""

    def date(text: str | None) -> dt.date | None:
        return dt.date.fromisoformat(text) if text else None

    active: dict[str, list[dt.date]] = {}
    for who, when, _ in transactions:
        if dt.date.fromisoformat(when) <= as_of:
            active.setdefault(who, []).append(dt.date.fromisoformat(when))
    found: dict[str, Stage | None] = {}
    for person in customers:
        who = str(person["customer_id"])
        seen = active.get(who, [])
        started = date(person.get("opened_on")) or (min(seen) if seen else None)
        starts = [d for d in (date(person.get("first_contact_on")), started) if d]
        if not starts or min(starts) > as_of:
            continue
        before = [d for d in seen if d <= day]
        found[who] = (
            None
            if min(starts) > day
            else stage_of(
                started_on=started,
                last_active_on=max(before) if before else None,
                closed_on=date(person.get("closed_on")),
                as_of=day,
                rules=RULES,
            )
        )
    return found


@pytest.mark.parametrize("as_of", [NOW, dt.date(2025, 12, 17), dt.date(2024, 2, 29)])
def test_the_reduction_equals_the_stages_of_each_customer(
    make_bank: MakeBank, as_of: dt.date
) -> None:
    """Every cell of every month, counted customer by customer with the definition itself."""
    transactions, customers = random_people(500)
    moves = moves_of(make_bank(transactions, customers), as_of=as_of, months=10)
    ends = as_of if (as_of + dt.timedelta(days=1)).day == 1 else as_of.replace(day=1)
    ends = ends if ends == as_of else ends - dt.timedelta(days=1)
    assert len(moves.months) == 10
    for position in range(10):
        after = months_before(ends, 9 - position)
        old = stages_one_by_one(transactions, customers, months_before(after, 1), as_of)
        new = stages_one_by_one(transactions, customers, after, as_of)
        expected = Counter((old[who], stage) for who, stage in new.items() if stage is not None)
        counted = {
            (None if row == len(STAGES) else STAGES[row], STAGES[column]): int(n)
            for (row, column), n in np.ndenumerate(moves.customers[position])
            if n
        }
        assert moves.labels[position] == f"{after:%Y-%m}"
        assert counted == dict(expected)


def test_the_last_mix_is_where_customers_stand(make_bank: MakeBank) -> None:
    transactions, customers = random_people(300)
    bank = make_bank(transactions, customers)
    stages = customer_stages(
        bank, as_of=NOW, previous_as_of=dt.date(2025, 9, 30), rules=RULES, confidence=0.95
    )
    moves = moves_of(bank)
    assert dict(zip(Stage, moves.mix(-1).tolist(), strict=True)) == dict(stages.now)
    assert dict(zip(Stage, moves.mix(-4).tolist(), strict=True)) == dict(stages.before)


def test_without_customers_the_first_transaction_begins_the_relationship(
    make_bank: MakeBank,
) -> None:
    bank = make_bank([("a", "2023-01-10", 1), ("a", "2025-12-03", 1), ("b", "2025-11-30", 1)])
    moves = moves_of(bank, months=6)
    november, december = moves.customers[-2], moves.customers[-1]
    lost, new, stable = (STAGES.index(s) for s in (Stage.LOST, Stage.NEW, Stage.STABLE))
    assert november[lost, lost] == 1
    assert november[-1, new] == 1
    assert november.sum() == 2
    assert december[lost, stable] == 1
    assert december[new, new] == 1
    assert december.sum() == 2


def test_too_short_a_history_is_not_assessed(make_bank: MakeBank) -> None:
    bank = make_bank([("a", "2024-08-10", 1), ("a", "2025-12-03", 1)])
    moves = monthly_moves(bank, as_of=NOW, months=10, rules=RULES)
    assert isinstance(moves, NotAssessed)
    assert dict(moves.reason.values) == {"lost": 12, "months": 4, "needed": 6}


def test_looking_back_keeps_the_months_before(make_bank: MakeBank) -> None:
    moves = moves_of(make_bank([("a", "2023-01-10", 1)]))
    assert moves.until(6).labels[-1] == "2025-06"
    assert moves.last(3).labels == ("2025-10", "2025-11", "2025-12")

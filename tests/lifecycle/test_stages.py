"""Where customers stand, and who moved."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from analysis.data.tables import Bank
from analysis.definitions import Stage, StageRules, stage_of
from analysis.errors import DataError
from analysis.lifecycle.stages import customer_stages

RULES = StageRules(new_within_months=6, dormant_after_months=6, lost_after_months=12)
NOW = dt.date(2025, 12, 31)
BEFORE = dt.date(2025, 9, 30)
MakeBank = Callable[..., Bank]


def find(bank: Bank) -> dict[tuple[str | None, str], int]:
    stages = customer_stages(bank, as_of=NOW, previous_as_of=BEFORE, rules=RULES, confidence=0.95)
    return {(old.value if old else None, new.value): n for (old, new), n in stages.moves.items()}


def test_without_a_customer_table_a_relationship_starts_with_the_first_transaction(
    make_bank: MakeBank,
) -> None:
    bank = make_bank(
        [
            ("keeps buying", "2023-01-10", 10),
            ("keeps buying", "2025-09-01", 10),
            ("keeps buying", "2025-12-01", 10),
            ("came in October", "2025-10-05", 10),
            ("fell silent", "2024-01-01", 10),
            ("fell silent", "2025-05-01", 10),
            ("long gone", "2024-01-01", 10),
            ("came later", "2026-01-01", 10),
        ]
    )
    assert find(bank) == {
        ("stable", "stable"): 1,
        (None, "new"): 1,
        ("stable", "dormant"): 1,
        ("lost", "lost"): 1,
    }


def test_a_customer_table_adds_the_potential_the_silent_and_the_closed(
    make_bank: MakeBank,
) -> None:
    days = {"first_contact_on": None, "opened_on": None, "closed_on": None}
    bank = make_bank(
        [("buys", "2025-08-01", 5), ("closed", "2025-12-01", 5)],
        [
            {"customer_id": "buys", **days, "opened_on": "2025-08-01"},
            {
                "customer_id": "closed",
                **days,
                "opened_on": "2020-01-01",
                "closed_on": "2025-12-20",
            },
            {"customer_id": "only asked", **days, "first_contact_on": "2025-11-01"},
            {"customer_id": "opened, never bought", **days, "opened_on": "2025-05-01"},
            {
                "customer_id": "won",
                **days,
                "first_contact_on": "2025-09-01",
                "opened_on": "2025-11-01",
            },
        ],
    )
    assert find(bank) == {
        ("new", "new"): 1,
        ("lost", "lost"): 1,
        (None, "potential"): 1,
        ("new", "dormant"): 1,
        ("potential", "new"): 1,
    }


def test_movements_are_summed_up(make_bank: MakeBank) -> None:
    bank = make_bank(
        [
            ("returned", "2024-01-01", 1),
            ("returned", "2025-12-01", 1),
            ("came", "2025-11-01", 1),
            ("left", "2024-11-01", 1),
            ("silent", "2024-01-01", 1),
            ("silent", "2025-05-01", 1),
        ]
    )
    stages = customer_stages(bank, as_of=NOW, previous_as_of=BEFORE, rules=RULES, confidence=0.9)
    assert (stages.n_came, stages.n_returned, stages.n_left, stages.n_fell_dormant) == (1, 1, 1, 1)
    assert (stages.n_active, stages.n_related, stages.n_known) == (2, 4, 4)
    assert stages.active_share.value == 0.5
    assert stages.active_share_change is not None
    assert stages.active_share_change.value == pytest.approx(2 / 4 - 1 / 3)


def test_the_engine_applies_the_definition(make_bank: MakeBank) -> None:
    """On random histories every customer gets the stage that `definitions.stage_of` gives."""
    rng = np.random.default_rng(4)
    start = dt.date(2023, 1, 1)
    transactions, customers, expected = [], [], dict.fromkeys(Stage, 0)
    for i in range(400):
        opened = start + dt.timedelta(days=int(rng.integers(0, 1200)))
        closed = opened + dt.timedelta(days=int(rng.integers(1, 1500)))
        closed_on = closed if rng.random() < 0.4 else None
        days = sorted(opened + dt.timedelta(days=int(d)) for d in rng.integers(0, 900, 3))
        transactions += [(str(i), day.isoformat(), 1.0) for day in days]
        customers.append(
            {
                "customer_id": str(i),
                "first_contact_on": start.isoformat(),
                "opened_on": opened.isoformat(),
                "closed_on": closed_on.isoformat() if closed_on else None,
            }
        )
        seen = [day for day in days if day <= NOW]
        stage = stage_of(
            started_on=opened,
            last_active_on=max(seen) if seen else None,
            closed_on=closed_on,
            as_of=NOW,
            rules=RULES,
        )
        expected[stage] += 1
    stages = customer_stages(
        make_bank(transactions, customers),
        as_of=NOW,
        previous_as_of=BEFORE,
        rules=RULES,
        confidence=0.95,
    )
    assert dict(stages.now) == expected
    assert min(expected.values()) > 0


def test_nobody_related_is_refused(make_bank: MakeBank) -> None:
    bank = make_bank([("a", "2026-05-01", 1)])
    with pytest.raises(DataError, match=r"no customer has a relationship.*Check as_of"):
        customer_stages(bank, as_of=NOW, previous_as_of=BEFORE, rules=RULES, confidence=0.95)

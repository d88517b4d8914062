"""Brings the wide file of the MineThatData challenge into the contract's tables.

`python tests/real/hillstrom.py data/hillstrom`, then `assess run tests/real/hillstrom.yaml`.
The file has one row a customer and no number of one; rows are numbered in its order.
"""

import datetime as dt
import sys
from pathlib import Path

import pandas as pd

SOURCE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hillstrom.csv"
ASSIGNED, MEASURED = dt.date(2008, 3, 1), dt.date(2008, 3, 15)


def write_tables(folder: Path, source: Path = SOURCE) -> None:
    """Write the men's e-mail against no e-mail: a row per customer, and per outcome."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = pd.read_csv(source)
    rows = rows[rows.treatment.isin(["Mens E-Mail", "No E-Mail"])]
    customer = [f"H{number:05d}" for number in range(len(rows))]
    offered = (rows.treatment == "Mens E-Mail").to_numpy()
    pd.DataFrame(
        {
            "campaign_id": ["E1"],
            "name_en": ["Men's e-mail"],
            "audience": ["customers"],
            "kind": ["offer"],
            "design": ["randomised"],
            "starts_on": [ASSIGNED],
            "ends_on": [MEASURED],
            "planned_offer_share": [0.5],
            "outcome": ["signed_up"],
        }
    ).to_parquet(folder / "campaigns.parquet")
    pd.DataFrame(
        {
            "campaign_id": "E1",
            "customer_id": customer,
            "assigned_on": ASSIGNED,
            "arm": ["offer" if got else "holdout" for got in offered],
            "exposed": offered,
            "taken_up": offered,
        }
    ).to_parquet(folder / "offers.parquet")
    before, after = dt.date(2008, 2, 28), MEASURED
    pd.concat(
        pd.DataFrame(
            {
                "campaign_id": "E1",
                "customer_id": customer,
                "outcome": outcome,
                "phase": phase,
                "measured_on": day,
                "value": rows[column].to_numpy(dtype=float),
            }
        )
        for outcome, phase, day, column in (
            ("signed_up", "after", after, "visit"),
            ("balance_cny", "after", after, "spend"),
            ("balance_cny", "before", before, "history"),
        )
    ).to_parquet(folder / "offer_outcomes.parquet")


if __name__ == "__main__":
    write_tables(Path(sys.argv[1]))

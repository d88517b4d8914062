"""Regions and branches of the sample bank, by name in both languages."""

from __future__ import annotations

import datetime as dt

import numpy as np

from analysis.sample.writer import BankWriter

REGIONS: tuple[tuple[str, str], ...] = (
    ("North", "华北"),
    ("Northeast", "东北"),
    ("East", "华东"),
    ("Southeast", "东南"),
    ("South", "华南"),
    ("Southwest", "西南"),
    ("West", "西部"),
    ("Northwest", "西北"),
    ("Central", "华中"),
    ("Coast", "沿海"),
)
REGION_NAMES = tuple(english for english, _ in REGIONS)
REGION_SHARES = (0.14, 0.07, 0.16, 0.10, 0.13, 0.09, 0.06, 0.05, 0.12, 0.08)
"""Shares of the customers."""

_SITES = (
    ("Central Station", "火车站"),
    ("Old Town", "老城"),
    ("Harbour Road", "港湾路"),
    ("University", "大学城"),
    ("Market Square", "集市广场"),
    ("Garden Street", "花园街"),
)
BRANCHES_PER_REGION = len(_SITES)
N_BRANCHES = len(REGIONS) * BRANCHES_PER_REGION
BRANCH_IDS = tuple(f"B{number + 1:03d}" for number in range(N_BRANCHES))
BRANCH_REGION = np.repeat(np.arange(len(REGIONS)), BRANCHES_PER_REGION)
"""Region of each branch, as a position in `REGIONS`."""


def write_branches(writer: BankWriter) -> None:
    """Write the table ``branches``."""
    rows = [
        {
            "branch_id": BRANCH_IDS[number],
            "name_en": f"{REGIONS[region][0]} {_SITES[site][0]}",
            "name_zh": f"{REGIONS[region][1]}{_SITES[site][1]}支行",
            "region": REGIONS[region][0],
            "region_zh": REGIONS[region][1],
            "opened_on": dt.date(1990 + number * 7 % 25, 1 + number % 12, 1),
        }
        for number, (region, site) in enumerate(
            (region, site) for region in range(len(REGIONS)) for site in range(len(_SITES))
        )
    ]
    writer.append_rows("branches", rows)

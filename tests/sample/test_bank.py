"""Writing the sample bank: reproducible, whole or not at all, of any size."""

import datetime as dt
import hashlib
import json
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from analysis.data.contract import contract
from analysis.errors import OutputError, ParameterError
from analysis.sample import standing, write_sample_bank
from analysis.sample.streams import CHUNK_CUSTOMERS

FIXED_TABLES = (
    "branches",
    "campaigns",
    "choice_attributes",
    "concepts",
    "criteria",
    "events",
    "features",
    "incentive_budgets",
    "incentive_costs",
    "institutions",
    "interim_looks",
    "products",
    "sources",
    "survey_items",
    "surveys",
    "departments",
    "dimensions",
    "actions",
    "indicator_targets",
    "indicators",
)


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("first", "second"):
        write_sample_bank(tmp_path / name, customers=300, seed=11)
    assert digests(tmp_path / "first") == digests(tmp_path / "second")


def test_another_seed_gives_another_bank(tmp_path):
    for seed in (11, 12):
        write_sample_bank(tmp_path / str(seed), customers=300, seed=seed)
    one, other = digests(tmp_path / "11"), digests(tmp_path / "12")
    assert {name for name in one if one[name] == other[name]} == {
        f"{table}.parquet" for table in FIXED_TABLES
    }


def test_every_table_and_the_truth_are_written_and_nothing_else(small):
    names = {path.name for path in small.bank.folder.iterdir()}
    assert names == {f"{table}.parquet" for table in contract()} | {"truth.json"}


def test_more_chunks_continue_the_first_ones(tmp_path):
    bank = write_sample_bank(tmp_path / "bank", customers=CHUNK_CUSTOMERS + 100, seed=3)
    alone = write_sample_bank(tmp_path / "alone", customers=CHUNK_CUSTOMERS, seed=3)
    longer = pq.read_table(bank.folder / "transactions.parquet")
    shorter = pq.read_table(alone.folder / "transactions.parquet")
    assert longer.slice(0, shorter.num_rows).equals(shorter)
    ids = pq.read_table(bank.folder / "holdings.parquet")["account_id"].to_pylist()
    assert len(set(ids)) == len(ids)


def test_each_truth_states_value_unit_and_meaning(small):
    content = json.loads(small.bank.truth.read_text(encoding="utf-8"))
    assert (content["customers"], content["seed"], content["as_of"]) == (200, 5, "2025-12-31")
    for truths in content["truths"].values():
        for name, truth in truths.items():
            assert set(truth) == {"value", "unit", "meaning"}, name
            assert truth["meaning"].endswith("."), name


def test_progress_counts_customers_to_the_end(tmp_path):
    seen = []
    write_sample_bank(
        tmp_path / "bank",
        customers=CHUNK_CUSTOMERS + 100,
        seed=3,
        on_progress=lambda done, total: seen.append((done, total)),
    )
    total = CHUNK_CUSTOMERS + 100
    assert seen == [(CHUNK_CUSTOMERS, total), (total, total)]


@pytest.mark.parametrize("as_of", [dt.date(2024, 2, 29), dt.date(2023, 8, 17)])
def test_any_day_can_be_the_as_of_date(tmp_path, as_of):
    bank = write_sample_bank(tmp_path / "bank", customers=300, seed=1, as_of=as_of)
    first = json.loads(bank.truth.read_text(encoding="utf-8"))["truths"]["customers"]["first_day"]
    assert dt.date.fromisoformat(first["value"]).year == as_of.year - 4
    assert bank.rows["transactions"] > 0


def test_all_that_is_wrong_with_the_arguments_is_said_at_once(tmp_path):
    with pytest.raises(ParameterError) as caught:
        write_sample_bank(tmp_path / "bank", customers=99, seed=-1, as_of=dt.date(1999, 1, 1))
    assert [problem.found for problem in caught.value.problems] == ["99", "-1", "1999-01-01"]
    assert not (tmp_path / "bank").exists()


def test_the_smallest_bank_is_complete(tmp_path):
    bank = write_sample_bank(tmp_path / "bank", customers=100, seed=0)
    assert set(bank.rows) == set(contract())


def test_an_earlier_sample_bank_is_replaced(tmp_path):
    write_sample_bank(tmp_path / "bank", customers=200, seed=1)
    bank = write_sample_bank(tmp_path / "bank", customers=300, seed=1)
    assert json.loads(bank.truth.read_text(encoding="utf-8"))["customers"] == 300
    assert [path.name for path in tmp_path.iterdir()] == ["bank"]


@pytest.mark.parametrize("name", ["notes.txt", "truth.json"])
def test_a_folder_with_anything_else_is_left_alone(tmp_path, name):
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / name).write_text("{}")
    with pytest.raises(OutputError, match="holds something else"):
        write_sample_bank(tmp_path / "bank", customers=200, seed=1)
    assert (tmp_path / "bank" / name).read_text() == "{}"
    assert [path.name for path in tmp_path.iterdir()] == ["bank"]


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path):
    (tmp_path / "bank").write_text("mine")
    with pytest.raises(OutputError, match="found a file"):
        write_sample_bank(tmp_path / "bank", customers=200, seed=1)
    assert (tmp_path / "bank").read_text() == "mine"


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "bank").mkdir()
    assert write_sample_bank(tmp_path / "bank", customers=200, seed=1).truth.exists()


def test_a_failure_midway_leaves_the_earlier_bank_whole(tmp_path, monkeypatch):
    write_sample_bank(tmp_path / "bank", customers=200, seed=1)
    before = digests(tmp_path / "bank")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(standing, "write_standing", fail)
    with pytest.raises(OutputError, match="No space left on device"):
        write_sample_bank(tmp_path / "bank", customers=300, seed=2)
    assert digests(tmp_path / "bank") == before
    assert [path.name for path in tmp_path.iterdir()] == ["bank"]


def test_an_interruption_leaves_nothing_behind(tmp_path):
    def stop(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sample_bank(tmp_path / "bank", customers=200, seed=1, on_progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_the_newcomers_bank_is_small(sample):
    size = sum(path.stat().st_size for path in sample.bank.folder.iterdir())
    assert size < 30e6


def test_rows_grow_with_the_customers(sample, small):
    ratio = sample.bank.rows["transactions"] / small.bank.rows["transactions"]
    assert 60 < ratio < 160


def test_naming_the_package_imports_nothing_heavy():
    code = (
        "import sys, analysis.sample; "
        "print([m for m in ('numpy', 'pyarrow', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_bank(tmp_path):
    code = (
        "import resource, sys; from pathlib import Path; "
        "from analysis.sample import write_sample_bank; "
        "write_sample_bank(Path(sys.argv[1]), customers=int(sys.argv[2]), seed=1); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peak = {}
    for customers in (100_000, 400_000):
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "bank"), str(customers)],
            capture_output=True,
            text=True,
            check=True,
        )
        peak[customers] = int(done.stdout)
    grown_bytes = (peak[400_000] - peak[100_000]) * (1 if sys.platform == "darwin" else 1024)
    assert grown_bytes < 300_000 * 150

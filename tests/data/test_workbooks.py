"""A workbook is refused by name and by its first bytes, before anything is unpacked."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from analysis.data.connect import connect
from analysis.errors import DataError
from analysis.params.source import SourceSettings


def a_workbook() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["customer_id", "segment"])
    book.active.append(["C0012345", "Li Wei"])
    book.save(buffer)
    return buffer.getvalue()


def a_bomb() -> bytes:
    """A workbook whose one sheet unpacks to a thousand times its size."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(16):
                sheet.write(bytes(1 << 20))
    return buffer.getvalue()


def refusal(folder: Path, **tables: dict) -> DataError:
    settings = SourceSettings.model_validate({"folder": folder, "tables": tables})
    with pytest.raises(DataError) as told, connect(settings, environment={}) as source:
        source.table("customers")
    return told.value


@pytest.mark.parametrize("name", ["customers.xlsx", "customers.xls"])
def test_a_workbook_of_a_tables_name_is_refused_with_the_way_out(tmp_path, name):
    (tmp_path / name).write_bytes(a_workbook())
    told = str(refusal(tmp_path))
    assert f"the file '{name}' is no table that can be read" in told
    assert "found a workbook" in told
    assert "Save the sheet as customers.csv" in told
    assert "Li Wei" not in told


@pytest.mark.parametrize("name", ["people.xlsx", "people.csv", "people.parquet", "people.txt"])
def test_a_workbook_is_told_by_its_first_bytes_whatever_it_is_called(tmp_path, name):
    (tmp_path / name).write_bytes(a_workbook())
    told = str(refusal(tmp_path, customers={"from": name}))
    assert "a workbook" in told
    assert "need Parquet, or CSV in UTF-8" in told


def test_a_part_that_is_a_workbook_is_refused(tmp_path):
    (tmp_path / "customers").mkdir()
    (tmp_path / "customers" / "1.csv").write_text("customer_id\nC1\n", encoding="utf-8")
    (tmp_path / "customers" / "2.csv").write_bytes(a_workbook())
    assert "'2.csv' is no table that can be read" in str(refusal(tmp_path))


def test_nothing_is_unpacked(tmp_path, monkeypatch):
    """What would unpack to much is refused as fast as what would not: no archive is opened."""

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("an archive was opened")

    (tmp_path / "customers.xlsx").write_bytes(a_bomb())
    (tmp_path / "people.csv").write_bytes(a_bomb())
    monkeypatch.setattr(zipfile.ZipFile, "__init__", opened)
    assert "a workbook" in str(refusal(tmp_path))
    assert "archive" in str(refusal(tmp_path, customers={"from": "people.csv"}))


def test_a_table_beside_a_workbook_of_its_name_is_read(tmp_path):
    (tmp_path / "customers.csv").write_text("customer_id\nC1\n", encoding="utf-8")
    (tmp_path / "customers.xlsx").write_bytes(a_workbook())
    settings = SourceSettings.model_validate({"folder": tmp_path})
    with connect(settings, environment={}) as source:
        assert source.has("customers")

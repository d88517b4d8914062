"""Encodings and hashes of files, block by block."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data import files
from analysis.data.files import (
    FoundFiles,
    check_utf8,
    find_files,
    guess_encoding,
    hash_files,
    normalise_encoding,
    write_as_utf8,
)
from analysis.errors import Problem


@pytest.mark.parametrize("block", [1, 2, 3, 5, 1 << 22])
@pytest.mark.parametrize("text", ["plain", "客户,华北\n1,𠀀\n", "a" * 9 + "客"])
def test_a_character_may_lie_across_two_blocks(tmp_path, monkeypatch, block, text):
    monkeypatch.setattr(files, "_BLOCK_BYTES", block)
    utf8, national, copy = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    utf8.write_bytes(text.encode())
    national.write_bytes(text.encode("gb18030"))
    assert check_utf8(utf8) is None
    assert (check_utf8(national) is None) == text.isascii()
    assert guess_encoding(national) == "gb18030"
    assert write_as_utf8(national, copy, encoding="gb18030") is None
    assert copy.read_bytes() == utf8.read_bytes()


@given(st.text(min_size=1))
def test_every_text_survives_the_copy(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("copies")
    (folder / "a").write_bytes(text.encode("gb18030", errors="ignore"))
    assert write_as_utf8(folder / "a", folder / "b", encoding="gb18030") is None
    expected = text.encode("gb18030", errors="ignore").decode("gb18030")
    assert (folder / "b").read_bytes() == expected.encode()


def test_text_that_cannot_be_chinese_is_not_taken_for_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("é,à".encode("latin-1"))
    problem = check_utf8(path)
    assert isinstance(problem, Problem)
    assert "{encoding: latin-1}" in problem.next_step


def test_a_file_cut_within_a_character_is_not_utf8(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("客户".encode()[:-1])
    assert check_utf8(path) is not None


def test_a_failed_copy_leaves_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"ok \xff\xff")
    assert write_as_utf8(path, tmp_path / "copy", encoding="gb18030") is not None
    assert not (tmp_path / "copy").exists()


def test_names_of_encodings():
    assert [normalise_encoding(name) for name in ("UTF_8", "utf-8-sig", "GB2312", "no such")] == [
        "utf-8",
        "utf-8",
        "gb2312",
        None,
    ]


def test_hashes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"abc")
    one = FoundFiles(name="a.csv", paths=(path,))
    assert hash_files(one) == hashlib.sha256(b"abc").hexdigest()
    assert hash_files(FoundFiles(name="folder", paths=(path,))) != hash_files(one)


def test_a_file_in_a_folder_below_is_inside(tmp_path):
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "a.csv").write_text("x", encoding="utf-8")
    found = find_files(tmp_path, "core/a.csv")
    assert isinstance(found, FoundFiles)
    assert found.paths == (tmp_path / "core" / "a.csv",)

"""Pages stay beneath the reports folder."""

import sys

import pytest

from analysis.errors import OutputError
from analysis.params.output import check_output, locate_output


@pytest.mark.parametrize("text", ["sample", "2025/q4", "a/b/c-d_e"])
def test_plain_names_beneath_the_folder(text, tmp_path):
    assert check_output(text) == text
    assert locate_output(text, tmp_path) == tmp_path.resolve() / text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("..", r"stays in the reports folder: no '\.\.'"),
        ("a/../../b", r"stays in the reports folder: no '\.\.'"),
        (".", r"stays in the reports folder: no '\.'"),
        ("a/./b", r"stays in the reports folder: no '\.'"),
        ("/etc", "not absolute"),
        ("//server/share", "not absolute"),
        ("C:/x", "not absolute"),
        ("c:x", "not absolute"),
        ("a\\b", "no backslash"),
        ("..\\b", "no backslash"),
        ("~", "does not begin with ~"),
        ("~root/x", "does not begin with ~"),
        ("", "is plain"),
        ("a//b", "is plain"),
        ("a/", "is plain"),
        ("a b", "is plain"),
        ("a/b.", "is plain"),
        ("{run}", "is plain"),
        ("a\0b", "is plain"),
        ("北方", "is plain"),
        ("a/CON", "Windows keeps"),
        ("nul", "Windows keeps"),
    ],
)
def test_each_way_out_is_refused_by_its_rule(text, rule):
    with pytest.raises(ValueError, match=rule):
        check_output(text)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_out_of_the_folder_is_refused(tmp_path):
    reports, outside = tmp_path / "reports", tmp_path / "outside"
    reports.mkdir()
    outside.mkdir()
    (reports / "sample").symlink_to(outside)
    with pytest.raises(OutputError, match="leaves the reports folder through a link"):
        locate_output("sample", reports)
    with pytest.raises(OutputError, match="leaves the reports folder through a link"):
        locate_output("sample/2025", reports)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_to_the_folder_itself_and_a_loop_are_refused(tmp_path):
    (tmp_path / "self").symlink_to(tmp_path)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OutputError, match="leaves the reports folder"):
        locate_output("self", tmp_path)
    with pytest.raises(OutputError):
        locate_output("loop/x", tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_within_the_folder_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "latest").symlink_to(tmp_path / "real")
    assert locate_output("latest", tmp_path) == tmp_path.resolve() / "real"


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "sample").write_text("")
    with pytest.raises(OutputError, match="a file stands where the output folder goes"):
        locate_output("sample", tmp_path)

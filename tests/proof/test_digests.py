import hashlib

import pytest

from analysis.proof.digests import BEGIN, END, digest_folder, digest_output, list_files, split_page


def page(between, *, language="en"):
    return f"<h1>结论 {language}</h1>{BEGIN}{between}{END}<p>12 %</p>".encode()


def digest(folder, content, name="report.en.html"):
    (folder / name).write_bytes(content)
    return digest_output(folder / name, name)


def test_what_a_page_says_of_its_review_is_not_signed(tmp_path):
    approved = digest(tmp_path, page("approved by 王"))
    assert approved == digest(tmp_path, page(""))
    before, _, after = split_page(page("").decode())
    assert approved == hashlib.sha256(f"{before}{after}".encode()).hexdigest()


def test_everything_else_of_a_page_is(tmp_path):
    assert digest(tmp_path, page("-")) != digest(tmp_path, page("-").replace(b"12 %", b"13 %"))


@pytest.mark.parametrize(
    "content",
    [
        b"<p>no place for a review</p>",
        page("") + BEGIN.encode(),
        f"<p>{END}{BEGIN}</p>".encode(),
        b"",
    ],
    ids=["no marks", "one mark twice", "marks in the wrong order", "empty"],
)
def test_a_page_without_its_one_place_is_signed_whole(tmp_path, content):
    assert digest(tmp_path, content) == hashlib.sha256(content).hexdigest()


def test_only_a_report_s_page_has_a_place_for_its_review(tmp_path):
    content = page("approved")
    assert digest(tmp_path, content, "lineage.en.html") == hashlib.sha256(content).hexdigest()


def test_files_are_listed_by_folder_with_slashes_in_their_names(tmp_path):
    for name in ("b.csv", "tables/z.csv", "tables/a.csv", "a.html", "figures/old/one.svg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "empty").mkdir()
    assert [name for name, _ in list_files(tmp_path)] == [
        *("a.html", "b.csv", "figures/old/one.svg", "tables/a.csv", "tables/z.csv"),
    ]
    assert all(path.read_text() == name for name, path in list_files(tmp_path))
    assert "b.csv" not in digest_folder(tmp_path, but=["b.csv"])


def test_a_link_to_a_file_counts_and_one_to_a_folder_leads_nowhere(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.csv").write_text("1")
    report = tmp_path / "report"
    report.mkdir()
    (report / "linked.csv").symlink_to(tmp_path / "elsewhere" / "secret.csv")
    (report / "folder").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (report / "broken.csv").symlink_to(tmp_path / "nowhere")
    assert [name for name, _ in list_files(report)] == ["linked.csv"]


def test_a_folder_that_is_not_there_holds_no_file(tmp_path):
    assert digest_folder(tmp_path / "nowhere") == {}

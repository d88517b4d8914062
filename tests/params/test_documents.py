"""YAML as text with positions; everything that is no plain document is refused."""

import pytest

from analysis.errors import ParameterError
from analysis.params.composing import MAX_NODES
from analysis.params.documents import MAX_BYTES, parse_document, read_document


def refusal(text):
    with pytest.raises(ParameterError) as caught:
        parse_document(text, file="x.yaml")
    return str(caught.value)


def findings(text):
    return [str(found.problem) for found in parse_document(text, file="x.yaml").findings]


@pytest.mark.parametrize(
    "scalar",
    ["007", "NO", "yes", "1e3", "~", "null", "0x1F", "1_000", "2025-02-30", ".inf", "1:30", "<<"],
)
def test_every_scalar_stays_the_text_that_was_written(scalar):
    assert parse_document(f"a: [{scalar}]", file="x").data == {"a": [scalar]}


@pytest.mark.parametrize("key", ["NO", "007", "~", "1e3"])
def test_every_key_stays_the_text_that_was_written(key):
    assert parse_document(f"{key}: x", file="x").data == {key: "x"}


def test_quotes_escapes_blocks_and_chinese_are_read_as_yaml_says():
    text = "a: 'it''s'\nb: \"tab\\there\"\nc: |\n  one\n  two\nd: 示例银行\ne: '{x} [y]'\n"
    assert parse_document(text, file="x").data == {
        "a": "it's",
        "b": "tab\there",
        "c": "one\ntwo\n",
        "d": "示例银行",
        "e": "{x} [y]",
    }


def test_escapes_as_json_writes_them_make_one_character():
    assert parse_document(r'a: "\ud83d\ude00"', file="x").data == {"a": "\U0001f600"}


def test_positions_of_keys_and_values():
    document = parse_document("a:\n  b: [x, yy]\n  c:   deep\n", file="x.yaml")
    assert document.position(("a", "b"), key=True) == (2, 3)
    assert document.position(("a", "b")) == (2, 6)
    assert document.position(("a", "b", 1)) == (2, 10)
    assert document.position(("a", "c")) == (3, 8)
    assert document.where(document.position(("a", "c"))) == "x.yaml:3:8"


def test_a_missing_value_stands_where_its_mapping_stands():
    document = parse_document("top: 1\na:\n  b: 1\n", file="x")
    assert document.position(("a", "missing"), key=True) == (2, 1)
    assert document.position(("missing",)) == (1, 1)


def test_an_alias_repeats_a_value():
    document = parse_document("a: &x {b: 1}\nc: *x\n", file="x")
    assert document.data == {"a": {"b": "1"}, "c": {"b": "1"}}
    assert document.findings == ()


def test_a_byte_order_mark_is_accepted(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfrun: x\n")
    document = read_document(path)
    assert document.data == {"run": "x"}
    assert document.position(("run",)) == (1, 6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "x.yaml:1:1: a run file is a mapping of names to values: found nothing."),
        ("# only a comment\n", "x.yaml:1:1: a run file is a mapping of names to values: found no"),
        ("- a\n- b\n", "x.yaml:1:1: a run file is a mapping of names to values: found a list."),
        ("just text", "x.yaml:1:1: a run file is a mapping of names to values: found one value."),
        ("a: 1\n\tb: 2\n", "x.yaml:2:1: a tab where YAML needs spaces. Replace the tab by spaces."),
        ("a:\tx: 1\n", "x.yaml:1:3: a tab where YAML needs spaces."),
        ("a: [1, 2\n", "x.yaml:2:1: a syntax error: expected ',' or ']', but the text ends."),
        ("a: 1\nb 2\nc: 3\n", "x.yaml:3:1: a syntax error: could not find expected ':'."),
        ("a: 1\n---\nb: 2\n", "x.yaml:2:1: a second document begins here."),
        ("a: *nobody\n", "x.yaml:1:4: an alias (*) that no anchor (&) defines."),
        ("a: \x07\n", "x.yaml:1:4: a control character. Delete it."),
        ("a: b\nc: \x1b[31m\n", "x.yaml:2:4: a control character. Delete it."),
        ("a: &hunter2 1\nb: &hunter2 2\n", "x.yaml:2:4: an anchor (&) that is defined above"),
        ('a: "\\UFFFFFFFF"\n', "a syntax error: an escape or a directive that means nothing."),
        ("a: 'open\n", "a syntax error: found unexpected end of stream."),
        ("%YAML 3.0\n---\na: 1\n", "a syntax error: found incompatible YAML document"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text, expected):
    assert expected in refusal(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "x.yaml:3:1: 'a' is given twice: found the first on line 1."),
        ("t: {x: 1, x: 2}\n", "x.yaml:1:11: 't.x' is given twice: found the first on line 1."),
        ("a: &x {b: 1}\nc: {<<: *x}\n", "x.yaml:2:5: a merge key (<<), which a run file does"),
        ("a: !!python/object/apply:os.system [ls]\n", "x.yaml:1:4: a tag, which a run file does"),
        ("a: !!str 5\n", "x.yaml:1:4: a tag, which a run file does not use"),
        ("a: !mine 5\n", "x.yaml:1:4: a tag, which a run file does not use"),
        ("a: ! 5\n", "x.yaml:1:4: a tag, which a run file does not use"),
        ("? [a, b]\n: 1\n", "x.yaml:1:3: a list or a mapping stands where a name should"),
        ("? {a: b}\n: 1\n", "x.yaml:1:3: a list or a mapping stands where a name should"),
        ("'': 1\n", "x.yaml:1:1: a name that is empty or holds a control character."),
        ("a:\n", "x.yaml:1:1: 'a' is empty: need a value. Leave the line out"),
        ("a: ''\n", "x.yaml:1:1: 'a' is empty: need a value."),
        ("a: [x, '']\n", "x.yaml:1:8: 'a[1]' is empty: need a value."),
        ('a: "\\0"\n', "x.yaml:1:4: 'a' holds a control character or half a character."),
        ('a: "\\e[31m"\n', "x.yaml:1:4: 'a' holds a control character or half a character."),
        ('a: "\\ud800"\n', "x.yaml:1:4: 'a' holds a control character or half a character."),
        ("reports: {survey: }\n", "'reports.survey' is empty: need its parameters. Write {} to"),
    ],
)
def test_what_is_wrong_within_a_document_is_noted_and_reading_goes_on(text, expected):
    (only,) = findings(text)
    assert expected in only


def test_no_tag_makes_anything_run(tmp_path):
    witness = tmp_path / "witness"
    parse_document(f"a: !!python/object/apply:os.mkdir ['{witness}']\n", file="x")
    assert not witness.exists()


def test_several_things_are_noted_at_once():
    assert len(findings("a: 1\na: 2\nb: !x 3\nc:\n")) == 3


def test_a_syntax_error_does_not_hide_what_was_seen_before_it():
    text = refusal("a: !!str x\nb: [\n")
    assert "x.yaml:1:4: a tag" in text
    assert "a syntax error" in text


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOMB, id="a billion laughs"),
        pytest.param("a: &a [*a, *a]\n", id="an alias of itself"),
        pytest.param("a: &a {b: *a}\n", id="a mapping within itself"),
        pytest.param("a: " + "[" * 5000, id="deep lists"),
        pytest.param("a: " + "{b: " * 5000, id="deep mappings"),
        pytest.param("a: [" + "x," * (MAX_NODES + 1) + "]", id="many values"),
        pytest.param(
            f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]", id="one long text repeated"
        ),
    ],
)
def test_a_file_that_grows_is_stopped(text):
    assert "the file is too large or too deep: need at most 20000 values" in refusal(text)


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("#" * MAX_BYTES + "\n")
    with pytest.raises(ParameterError, match="the run file is too large: need at most 1 MB"):
        read_document(path)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16"])
def test_another_encoding_is_named_with_the_line(tmp_path, encoding):
    path = tmp_path / "x.yaml"
    path.write_bytes("run: x\ntitle: {zh: 示例银行}\n".encode(encoding))
    with pytest.raises(ParameterError, match=r"not UTF-8\. Save it as UTF-8") as caught:
        read_document(path)
    line = {"gbk": 2, "utf-16": 1}[encoding]
    assert f"x.yaml:{line}:" in caught.value.problems[0].where


def test_a_missing_file_names_the_nearest_beside_it(tmp_path):
    (tmp_path / "sample.yaml").touch()
    (tmp_path / "north.yaml").touch()
    with pytest.raises(ParameterError) as caught:
        read_document(tmp_path / "sampel.yaml")
    text = str(caught.value)
    assert "no such run file: found north.yaml, sample.yaml beside it." in text
    assert "sample.yaml'?" in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nothing/x.yaml", "no such run file: found no folder"),
        (".", "this is a folder: need a run file"),
        ("x\0.yaml", "no such run file"),
        ("x" * 300, "the run file cannot be read"),
    ],
)
def test_a_path_that_is_no_file(tmp_path, name, expected):
    with pytest.raises(ParameterError) as caught:
        read_document(tmp_path / name)
    assert expected in str(caught.value)


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(ParameterError, match=r"found no \.yaml file in its folder"):
        read_document(tmp_path / "x.yaml")

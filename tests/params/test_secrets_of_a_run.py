"""A secret is in no message, no model, no dump and no file, before and after it is used."""

import traceback

import pytest

from analysis.errors import ParameterError
from analysis.params.context import RunContext
from analysis.params.secrets import resolve_url

SECRET = "hunter2/p@ss"
NAMED = '{url: "postgres://reader:${DB_PASSWORD}@host/d"}'


def test_a_secret_in_use_is_in_no_dump_of_the_run(load, valid, tmp_path, monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    run = load(valid.replace("{folder: ../data}", NAMED))
    context = RunContext.of(run, report="survey", scope="bank")
    url = resolve_url(run.settings.source.url, {"DB_PASSWORD": SECRET})
    assert "hunter2" in url
    context.write(tmp_path / "context.json")
    written = (tmp_path / "context.json").read_text()
    for shown in (
        repr(run),
        str(run.settings),
        run.settings.model_dump_json(),
        str(run.settings.model_dump()),
        repr(context),
        written,
    ):
        assert "hunter2" not in shown
        assert "${DB_PASSWORD}" in shown


@pytest.mark.parametrize(
    "source",
    [
        '{url: "postgres://reader:hunter2@host/d"}',
        '{url: "postgres://reader:hunter2@host/d", extra: 1}',
        '{url: ["postgres://reader:hunter2@host/d"]}',
        '{url: {"postgres://reader:hunter2@host/d": hunter2}}',
        '{urls: "postgres://reader:hunter2@host/d"}',
        '{"postgres://reader:hunter2@host/d": x}',
        "{password: hunter2}",
        '{url: "warehouse hunter2"}',
        '{url: "hunter2"}',
        '{url: "x://${hunter2"}',
        '{folder: x, tables: {t: {from: "s3://key:hunter2@b"}}}',
        '{folder: x, memory_gb: "x://u:hunter2@h"}',
        "{url: *hunter2}",
        "{url: !hunter2 x}",
        "{url: !a!hunter2 x}",
        "{url: !hunter2!x x}",
        "{url: &hunter2 x, folder: &hunter2 x}",
        '{url: "postgres://reader:hunter2@host/d',
        "{url: %hunter2}",
        "{url: @hunter2}",
        "{url: `hunter2}",
    ],
)
def test_a_password_written_out_is_refused_and_not_repeated(load, valid, source):
    with pytest.raises(ParameterError) as caught:
        load(valid.replace("{folder: ../data}", source))
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(caught.value.problems)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_the_answer_says_how_a_password_is_named(refuse, valid):
    (only,) = refuse(valid.replace("{folder: ../data}", '{url: "x://u:hunter2@h"}'))
    assert only == (
        "params/north.yaml:8:15: wrong value for 'source.url' (a password is named as ${NAME},"
        " never written out): found (hidden)."
    )


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("{en: North}", '{en: "${DB_PASSWORD}"}', "2:13: 'title.en'"),
        ("2025-Q4", '"${DB_PASSWORD}"', "3:9: 'period'"),
        ("survey: {}", 'survey: {panel: "${DB_PASSWORD}"}', "10:19: 'reports.survey.panel'"),
        ("survey: {}", 'survey: {segments: ["${X}"]}', "10:23: 'reports.survey.segments[0]'"),
        ("survey: {}", 'survey: {panel: "x://u:hunter2@h"}', "10:19: 'reports.survey.panel'"),
        ("../data", '"${FOLDER}"', "8:18: 'source.folder'"),
    ],
)
def test_only_the_sources_url_may_name_a_secret(refuse, valid, old, new, place):
    (only,) = refuse(valid.replace(old, new))
    assert (
        f"{place} holds a secret or the placeholder of one: found (hidden), need ${{NAME}}" in only
    )
    assert "hunter2" not in only


def test_a_placeholder_in_a_name_is_refused_as_an_unknown_name(refuse, valid):
    (only,) = refuse(valid.replace("survey: {}", 'survey: {"${X}": 1}'))
    assert "unknown name 'reports.survey.(hidden)'" in only

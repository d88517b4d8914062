"""The gate names everything that is wrong, where it is, and what would be right."""

import datetime as dt

import pytest

from analysis.errors import ExitCode, ParameterError
from analysis.params.gate import load_run, report_values


def test_a_valid_file_gives_typed_parameters_for_each_scope(load, valid):
    run = load(
        valid.replace(
            "survey: {}",
            "survey: {panel: 007, months: 8, share: .25, exact: yes, window: 90,\n"
            "    since: 2024-02-29, segments: [NO, 1e3], margins: {NO: 0.5}}",
        )
    )
    assert list(run.parameters) == ["survey"]
    assert list(run.parameters["survey"]) == ["bank", "region:North"]
    survey = run.parameters["survey"]["region:North"]
    assert survey.model_dump() == {
        "run": "north",
        "as_of": dt.date(2025, 12, 31),
        "previous_as_of": dt.date(2025, 9, 30),
        "scope": "region:North",
        "confidence": 0.95,
        "panel": "007",
        "months": 8,
        "horizon": 12,
        "share": 0.25,
        "exact": True,
        "method": "kmeans",
        "window": 90,
        "since": dt.date(2024, 2, 29),
        "segments": ("NO", "1e3"),
        "margins": {"NO": 0.5},
    }


def test_values_for_the_notebook_are_plain_json_under_the_models_names(load, valid):
    run = load(valid.replace("survey: {}", "survey: {panel: '{x} \"q\" 007', segments: [NO]}"))
    assert report_values(run, "survey", "bank") == {
        "run": "north",
        "as_of": "2025-12-31",
        "previous_as_of": "2025-09-30",
        "scope": "bank",
        "confidence": 0.95,
        "panel": '{x} "q" 007',
        "months": 6,
        "horizon": 12,
        "share": 0.5,
        "exact": False,
        "method": "kmeans",
        "window": 30,
        "since": None,
        "segments": ["NO"],
        "margins": {},
    }


@pytest.mark.parametrize(
    ("report", "scope", "expected"),
    [
        ("surveys", "bank", "the run 'north' has no report 'surveys': need survey. Did you mean"),
        (
            "survey",
            "region:Nord",
            "has no scope 'region:Nord': need one of bank, region:North. Did",
        ),
    ],
)
def test_values_of_what_the_run_does_not_have(load, valid, report, scope, expected):
    with pytest.raises(ParameterError) as caught:
        report_values(load(valid), report, scope)
    assert expected in str(caught.value)


def test_the_settings_stay_as_written(load, valid):
    run = load(valid)
    assert run.settings.source.folder.as_posix() == "../data"
    assert run.file.is_absolute()


def test_each_thing_that_is_wrong_is_named_at_once_in_the_files_order(refuse):
    answer = refuse(
        """\
run: south
title: {en: North, fr: Nord}
period: 2025-Q4
as_of: 2025-02-30
previous_as_of: 20251231
scopes: [bank, "regoin:North", bank]
languages: [en, english]
source: {foldr: ../data}
disclosure: {minimum_units: 2}
budgets: {minutes: ten, memory: 3}
minutes_per_cell: 3
output: ../../etc
reports:
  surveys: {}
  survey: {month: 6, share: 1.5, method: kmean, as_of: 2025-12-31, segments: []}
  lifecycle:
"""
    )
    assert all(line.startswith("params/north.yaml:") for line in answer)
    assert [line.removeprefix("params/north.yaml:") for line in answer] == [
        (
            "1:6: 'run' is not the file's name: found 'south', need 'north'."
            " Rename the run or the file."
        ),
        "2:20: unknown name 'title.fr': need one of en, zh.",
        (
            "4:8: wrong value for 'as_of': found '2025-02-30', need a date that"
            " exists, as YYYY-MM-DD."
        ),
        (
            "5:17: wrong value for 'previous_as_of': found '20251231', need a date"
            " that exists, as YYYY-MM-DD."
        ),
        (
            "6:16: wrong value for 'scopes[1]' (a scope is 'bank', 'region:NAME' or"
            " 'branch:NAME'): found 'regoin:North'. Did you mean 'region:North'?"
        ),
        (
            "6:32: 'scopes[2]' is listed twice: found 'bank'. Delete it;"
            " 'scopes[0]' on line 6 is the first."
        ),
        ("7:17: wrong value for 'languages[1]': found 'english', need one of en, zh."),
        (
            "8:10: unknown name 'source.foldr': need one of folder, url, memory_gb,"
            " tables. Did you mean 'folder'?"
        ),
        ("9:29: wrong value for 'disclosure.minimum_units': found '2', need at least 3."),
        "10:20: wrong value for 'budgets.minutes': found 'ten', need a number.",
        (
            "10:25: unknown name 'budgets.memory': need one of minutes,"
            " minutes_per_cell, memory_gb. Did you mean 'memory_gb'?"
        ),
        (
            "11:1: unknown name 'minutes_per_cell': need one of run, languages,"
            " title, period, as_of, previous_as_of, follows, author, scopes, source, disclosure,"
            " controls and 4 more. It belongs under 'budgets'."
        ),
        (
            "12:9: wrong value for 'output' (an output folder stays in the reports"
            " folder: no '..'): found '../../etc'."
        ),
        (
            "14:3: unknown report 'reports.surveys': need one of lifecycle, survey."
            " Did you mean 'survey'?"
        ),
        (
            "15:12: unknown name 'reports.survey.month': need one of confidence,"
            " panel, months, horizon, share, exact, method, window, since, segments, margins."
            " Did you mean 'months'?"
        ),
        ("15:29: wrong value for 'reports.survey.share': found '1.5', need less than 1."),
        (
            "15:42: wrong value for 'reports.survey.method': found 'kmean', need one"
            " of kmeans, mixture, no. Did you mean 'kmeans'?"
        ),
        (
            "15:49: 'reports.survey.as_of' is stated once for the whole run. Delete"
            " the line; 'as_of' at the top of the file holds for every report."
        ),
        (
            "15:78: wrong value for 'reports.survey.segments': found a list of 0,"
            " need at least 1 in it."
        ),
        (
            "16:3: 'reports.lifecycle' is empty: need its parameters. Write {} to"
            " take every default."
        ),
    ]


def test_the_exit_code_is_that_of_parameters(load):
    with pytest.raises(ParameterError) as caught:
        load("run: south")
    assert caught.value.exit_code is ExitCode.PARAMETERS == 2


def test_everything_that_is_missing_is_named(refuse):
    answer = refuse("run: north\n")
    names = [
        "as_of",
        "languages",
        "period",
        "previous_as_of",
        "reports",
        "scopes",
        "source",
        "title",
    ]
    assert sorted(line.split("'")[1] for line in answer) == names
    assert all(line.startswith("params/north.yaml:1:1: ") for line in answer)
    assert (
        "params/north.yaml:1:1: 'as_of' is missing: need a date that exists, as YYYY-MM-DD."
        " The day on which the data is looked at, YYYY-MM-DD." in answer
    )


def test_what_is_missing_within_a_mapping_stands_where_the_mapping_stands(refuse, valid):
    (only,) = refuse(valid.replace("{folder: ../data}", "{memory_gb: 2}"))
    assert only == (
        "params/north.yaml:8:9: wrong value for 'source' (a source names either 'folder' or"
        " 'url'): found names with values."
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("run: north", "run: a b", "1:6: wrong value for 'run': found 'a b', need a plain name"),
        ("{en: North}", "North", "2:8: wrong value for 'title': found 'North', need names with"),
        ("{en: North}", "{en: [N]}", "2:13: wrong value for 'title.en': found a list of 1, need a"),
        ("{en: North}", "{zh: 北方}", "(languages asks for a title in en too): found names with"),
        ("2025-12-31", "[2025-12-31]", "4:8: wrong value for 'as_of': found a list of 1, need a d"),
        ("2025-12-31", "31.12.2025", "4:8: wrong value for 'as_of': found '31.12.2025', need a d"),
        ("2025-12-31", "2025-12-31T00:00:00", "4:8: wrong value for 'as_of'"),
        ("2025-12-31", "0", "4:8: wrong value for 'as_of': found '0', need a date that exists"),
        ("2025-09-30", "2025-12-31", "5:17: wrong value for 'previous_as_of' (it must be earlier"),
        ('[bank, "region:North"]', "bank", "6:9: wrong value for 'scopes': found 'bank', need a l"),
        ('[bank, "region:North"]', "[]", "6:9: wrong value for 'scopes': found a list of 0, need "),
        ('[bank, "region:North"]', "[Bank]", "found 'Bank'. Did you mean 'bank'?"),
        ('"region:North"', "'region:'", "6:16: wrong value for 'scopes[1]' (a scope is"),
        ('"region:North"', "'region:North', 'region:NORTH'", "differs from scopes[1] by case only"),
        ("[en]", "[EN]", "wrong value for 'languages[0]': found 'EN', need one of en, zh. Did you"),
        ("[en]", "[en, en]", "7:17: 'languages[1]' is listed twice: found 'en'."),
        ("[en]", "[]", "7:12: wrong value for 'languages': found a list of 0, need at least 1"),
        ("../data", "~/data", "8:18: wrong value for 'source.folder' (a folder is written out"),
        ("../data", "x, url: 'x://h'", "8:18: wrong value for 'source.folder' (a source n"),
        (
            "../data",
            "x, tables: {t: {form: T}}",
            "unknown name 'source.tables.t.form': need one of",
        ),
        ("../data", "x, tables: {t: {read: {format: cvs}}}", "found 'cvs', need one of parquet, c"),
        ("survey: {}", "survey: [a]", "10:11: wrong value for 'reports.survey': found a list of 1"),
        ("  survey: {}", "  {}", "10:3: wrong value for 'reports': found nothing, need at least 1"),
        ("survey: {}", "'../x': {}", "10:3: unknown report 'reports.../x': need one of"),
        ("survey: {}", "survey: {}\n  Survey: {}", "'survey', 'Survey' differ by case only"),
        (
            "survey: {}",
            "survey: {months: 7, horizon: 6}",
            "wrong value for 'reports.survey.months' ",
        ),
        (
            "survey: {}",
            "survey: {months: 7, horizon: 6}",
            "(months must be at most horizon): found",
        ),
        ("survey: {}", "survey: {months: 6.0}", "found '6.0', need a whole number"),
        ("survey: {}", "survey: {months: ~}", "found '~', need a whole number"),
        ("survey: {}", "survey: {months: 25}", "found '25', need at most 24"),
        ("survey: {}", "survey: {exact: maybe}", "found 'maybe', need true or false"),
        ("survey: {}", "survey: {window: 45}", "found '45', need one of 30, 60, 90"),
        (
            "survey: {}",
            "survey: {since: 2023-02-29}",
            "10:19: wrong value for 'reports.survey.since",
        ),
        ("survey: {}", "survey: {segments: young}", "found 'young', need a list"),
        (
            "survey: {}",
            "survey: {segments: [a, [b]]}",
            "'reports.survey.segments[1]': found a list ",
        ),
        (
            "survey: {}",
            "survey: {margins: {a: x}}",
            "'reports.survey.margins.a': found 'x', need a ",
        ),
        ("survey: {}", "survey: {scope: bank}", "'scopes' at the top of the file holds for every"),
        ("survey: {}", "survey: {run: x}", "'reports.survey.run' is stated once for the whole run"),
        ("reports:", "panel: x\nreports:", "need one of run, languages, title, period, as_of"),
        ("reports:", "panel: x\nreports:", "It belongs under 'reports.survey'."),
        ("reports:", "output: /etc\nreports:", "relative to the reports folder, not absolute"),
        ("reports:", "output: 'C:\\x'\nreports:", "no backslash"),
        ("reports:", "output: CON\nreports:", "one that Windows keeps for devices"),
        ("reports:", "output: ''\nreports:", "'output' is empty"),
        (
            "reports:",
            "budgets: {minutes: 1, minutes_per_cell: 2}\nreports:",
            "at most budgets.minu",
        ),
        ("reports:", "budgets: {minutes: .nan}\nreports:", "found '.nan', need a number"),
        ("reports:", "disclosure: {dominance_share: 1.1}\nreports:", "found '1.1', need at most 1"),
    ],
)
def test_each_refusal(refuse, valid, old, new, expected):
    assert old in valid
    assert expected in "\n".join(refuse(valid.replace(old, new)))


def test_a_wrong_value_is_named_once_whatever_the_number_of_scopes(refuse, valid):
    (only,) = refuse(valid.replace("survey: {}", "survey: {months: 0}"))
    assert only.endswith("wrong value for 'reports.survey.months': found '0', need at least 1.")


def test_a_value_given_twice_is_named_together_with_what_is_wrong_elsewhere(refuse, valid):
    answer = refuse(valid.replace("[en]", "[fr]") + "run: north\n")
    assert [line.partition(": ")[0] for line in answer] == [
        "params/north.yaml:7:13",
        "params/north.yaml:11:1",
    ]


@pytest.mark.parametrize("name", ["con", "NUL", "lpt1"])
def test_a_run_that_windows_could_not_store(refuse, valid, name):
    (only,) = refuse(valid.replace("run: north", f"run: {name}"), name=name)
    assert f"wrong value for 'run' (Windows keeps this name for a device): found '{name}'" in only


def test_two_run_files_that_differ_by_case_only(params, refuse, valid):
    (params / "North.yaml").write_text(valid)
    if len(list(params.glob("*.yaml"))) == 1 and (params / "north.yaml").exists():
        pytest.skip("this file system does not tell upper from lower case")
    (only,) = refuse(valid)
    assert "'North.yaml' beside this file differs by case only" in only


def test_a_run_file_ends_in_yaml(params, catalog, valid):
    path = params / "north.yml"
    path.write_text(valid)
    with pytest.raises(ParameterError, match=r"the file's name does not end in \.yaml"):
        load_run(path, catalog=catalog)


def test_without_any_report_every_report_is_unknown(params, valid):
    path = params / "north.yaml"
    path.write_text(valid)
    with pytest.raises(ParameterError, match=r"unknown report 'reports\.survey'"):
        load_run(path, catalog={})


def test_a_report_is_judged_although_the_run_is_wrong(refuse, valid):
    broken = valid.replace("2025-12-31", "soon").replace("survey: {}", "survey: {months: 0}")
    assert [line.partition(": ")[0] for line in refuse(broken)] == [
        "params/north.yaml:4:8",
        "params/north.yaml:10:20",
    ]


def test_aliases_may_repeat_parameters(load, valid):
    run = load(valid.replace("  survey: {}", "  survey: &p {confidence: 0.9}\n  lifecycle: *p"))
    assert run.parameters["lifecycle"]["bank"].confidence == 0.9


def test_a_file_with_windows_line_ends(load, valid):
    assert load(valid.replace("\n", "\r\n")).settings.run == "north"


def test_many_scopes(load, valid):
    scopes = ", ".join(f'"branch:{number:04}"' for number in range(500))
    run = load(valid.replace('bank, "region:North"', scopes))
    assert len(run.parameters["survey"]) == 500
    assert run.parameters["survey"]["branch:0007"].scope == "branch:0007"

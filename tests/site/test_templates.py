import pytest
from jinja2 import DictLoader, Environment

from analysis.site.page import page_environment
from analysis.site.templates import CompiledTemplates, compile_with_parts


def with_templates(compiled, monkeypatch, **templates):
    """Give an environment, and the names of the templates that it compiles from now on."""
    environment = Environment(loader=DictLoader(templates), autoescape=True)
    environment.bytecode_cache = compiled
    names = []
    compile_one = environment.compile
    monkeypatch.setattr(
        environment,
        "compile",
        lambda source, name, file: names.append(name) or compile_one(source, name, file),
    )
    return environment, names


def test_what_one_language_compiled_no_other_compiles_again(monkeypatch):
    compiled = CompiledTemplates()
    english, first = with_templates(compiled, monkeypatch, page="{{ word }}")
    chinese, second = with_templates(compiled, monkeypatch, page="{{ word }}")
    english.globals["word"], chinese.globals["word"] = "customer", "客户"
    assert english.get_template("page").render() == "customer"
    assert chinese.get_template("page").render() == "客户"
    assert (first, second) == (["page"], [])


def test_a_template_that_has_changed_is_compiled_anew(monkeypatch):
    compiled = CompiledTemplates()
    before, _ = with_templates(compiled, monkeypatch, page="before")
    after, again = with_templates(compiled, monkeypatch, page="after")
    before.get_template("page")
    assert after.get_template("page").render() == "after"
    assert again == ["page"]


def test_a_template_is_compiled_with_all_that_it_is_made_of(monkeypatch):
    environment, names = with_templates(
        CompiledTemplates(),
        monkeypatch,
        page="{% extends 'frame' %}{% block inside %}{% include 'part' %}{% endblock %}",
        frame="{% from 'macros' import mark %}{% block inside %}{% endblock %}",
        part="-",
        macros="{% macro mark() %}*{% endmacro %}",
        other="never named",
    )
    compile_with_parts(environment, "page")
    assert sorted(names) == ["frame", "macros", "page", "part"]
    environment.get_template("page").render()
    assert len(names) == 4


@pytest.mark.parametrize("name", ["index.html.j2", "review.html.j2", "comparison.html.j2"])
def test_the_languages_of_a_page_share_its_compiled_template(name):
    english, chinese = (page_environment(language) for language in ("en", "zh"))
    assert english.bytecode_cache is chinese.bytecode_cache
    one, other = (each.get_template(name).root_render_func for each in (english, chinese))
    assert one.__code__ is other.__code__  # equal they would be anyhow


def test_templates_that_name_each_other_are_compiled_once_each(monkeypatch):
    environment, names = with_templates(
        CompiledTemplates(),
        monkeypatch,
        tree="{% include 'leaf' %}",
        leaf="{% if deeper %}{% include 'tree' %}{% endif %}",
    )
    compile_with_parts(environment, "tree")
    assert sorted(names) == ["leaf", "tree"]

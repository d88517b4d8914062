"""A notebook and a package of one name make a report; nothing else registers it."""

from __future__ import annotations

import pytest

from analysis.engine.catalog import find_project, load_catalog
from analysis.errors import ParameterError, ReportError


def _load(project):
    return load_catalog(project.folder, package=project.package)


def test_reports_are_found_and_stand_after_what_they_read(project):
    project.add_report("alpha", after=("zeta",))
    project.add_report("middle")
    project.add_report("zeta")
    catalog = _load(project)
    assert sorted(catalog.specs) == ["alpha", "middle", "zeta"]
    order = list(catalog.specs)
    assert order.index("zeta") < order.index("alpha")
    assert catalog.notebook("zeta").is_file()
    assert catalog.require(["alpha", "zeta"]) == ("zeta", "alpha")


def test_packages_that_declare_no_report_are_no_reports(project):
    """A package may have a module 'report' for another purpose."""
    other = project.folder / project.package / "other"
    other.mkdir()
    (other / "__init__.py").write_text("")
    (other / "report.py").write_text("class ReportSpec: ...\n")
    assert dict(_load(project).specs) == {}


def test_everything_that_does_not_fit_is_named_at_once(project):
    project.add_report("alpha").unlink()
    project.add_report("wrong")
    wrong = project.folder / project.package / "wrong" / "report.py"
    wrong.write_text(wrong.read_text().replace("name='wrong'", "name='right'"))
    project.add_report("reader", after=("alhpa",))
    project.write_notebook("orphan", [("pass", "end")])
    with pytest.raises(ReportError) as caught:
        _load(project)
    said = [str(problem) for problem in caught.value.problems]
    assert len(said) == 4
    assert any(".alpha declares a report, but has no notebook" in text for text in said)
    assert any("notebooks/orphan.ipynb has no package" in text for text in said)
    assert any("found name='right'" in text for text in said)
    assert any(
        "unknown report 'alhpa'" in text and "Did you mean 'alpha'?" in text for text in said
    )


def test_an_error_inside_a_package_is_not_taken_for_its_absence(project):
    project.add_report("alpha")
    module = project.folder / project.package / "alpha" / "report.py"
    module.write_text("import no_such_library\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        _load(project)


def test_reports_that_wait_for_each_other_are_refused(project):
    project.add_report("alpha", after=("beta",))
    project.add_report("beta", after=("alpha",))
    with pytest.raises(ReportError, match=r"(alpha after beta|beta after alpha)"):
        _load(project)


def test_an_unknown_name_is_told_with_the_nearest(project):
    project.add_report("lifecycle")
    catalog = _load(project)
    with pytest.raises(ParameterError) as caught:
        catalog.require(["lifecycel", "nothing_like_it"])
    assert len(caught.value.problems) == 2
    assert caught.value.problems[0].next_step == "Did you mean 'lifecycle'?"


def test_the_project_is_found_from_below_and_its_absence_is_told(project, tmp_path):
    below = project.folder / "notebooks"
    assert find_project(below) == project.folder
    with pytest.raises(ParameterError, match="--project"):
        find_project(tmp_path)

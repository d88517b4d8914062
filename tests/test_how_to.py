"""The files that the how-tos hand out are what they say, and call the tool as it is."""

from __future__ import annotations

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from analysis.cli import cli
from analysis.errors import ExitCode

HOW_TO = Path(__file__).resolve().parents[1] / "docs" / "how-to"
FILES = HOW_TO / "files"
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def check_call(command: str) -> None:
    """Let the command line's own parser read a call of the tool in a shell's line."""
    _, found, call = re.sub(r'"?params/\$\w+\.yaml"?', "params/run.yaml", command).partition(
        "assess "
    )
    if not found:
        call = command.partition("-m analysis ")[2]
    name, *arguments = shlex.split(re.split(r" [>|&]|2>", call)[0])
    order = cli.get_command(click.Context(cli), name)
    assert order is not None, name
    order.make_context(name, arguments)


def check_schedule(fields: list[str]) -> None:
    assert len(fields) == 5
    for text, (least, most) in zip(fields, RANGES, strict=True):
        assert re.fullmatch(r"\*|\d+(,\d+)*", text), text
        assert all(least <= int(number) <= most for number in re.findall(r"\d+", text)), text


def read_lines(name: str) -> list[str]:
    lines = (FILES / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_the_crontab_has_times_and_commands():
    settings = [line for line in read_lines("assess.crontab") if re.match(r"[A-Z]+=", line)]
    assert {line.partition("=")[0] for line in settings} == {"SHELL", "PATH", "MAILTO"}
    jobs = [line for line in read_lines("assess.crontab") if line not in settings]
    assert len(jobs) == 2
    for line in jobs:
        *fields, command = line.split(maxsplit=5)
        check_schedule(fields)
        assert "%" not in command  # cron would make a line's end of it
        assert subprocess.run(["bash", "-n", "-c", command], check=False).returncode == 0
        check_call(command)


def test_the_workflow_is_one_and_calls_the_tool_as_it_is():
    workflow = yaml.safe_load((FILES / "assess.yml").read_text("utf-8"))
    on = workflow[True]  # YAML 1.1 takes `on` for true, as everyone's parser but GitHub's
    check_schedule(on["schedule"][0]["cron"].split())
    assert workflow["concurrency"]["cancel-in-progress"] is False
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert "self-hosted" in job["runs-on"]
    for step in job["steps"]:
        assert ("uses" in step) != ("run" in step)
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])
            continue
        assert subprocess.run(["bash", "-n", "-c", step["run"]], check=False).returncode == 0
        if "-m analysis" in step["run"]:
            check_call(step["run"])


def test_the_cluster_file_has_workers_of_one_thread_that_see_what_is_shared():
    cluster = yaml.safe_load((FILES / "dask-cluster.yaml").read_text("utf-8"))
    assert (cluster["apiVersion"], cluster["kind"]) == ("kubernetes.dask.org/v1", "DaskCluster")
    (worker,) = cluster["spec"]["worker"]["spec"]["containers"]
    assert worker["args"][:4] == ["dask", "worker", "--nthreads", "1"]
    assert worker["resources"]["limits"] == worker["resources"]["requests"]
    (scheduler,) = cluster["spec"]["scheduler"]["spec"]["containers"]
    assert worker["image"] == scheduler["image"]
    (port,) = cluster["spec"]["scheduler"]["service"]["ports"]
    assert port["port"] == 8786
    mounted = {mount["name"] for mount in worker["volumeMounts"]}
    assert mounted == {volume["name"] for volume in cluster["spec"]["worker"]["spec"]["volumes"]}


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, FILES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["assess_dag", "on_slurm"])
def test_the_scripts_are_python_and_call_the_tool_as_it_is(name):
    text = (FILES / f"{name}.py").read_text("utf-8")
    compile(text, name, "exec")
    for line in re.findall(r'call\(("[^)]+)\)', text):
        check_call("assess " + " ".join(re.findall(r'"([^"]+)"', line)))


def test_the_dag_tries_again_what_may_come_right_by_itself():
    text = (FILES / "assess_dag.py").read_text("utf-8")
    retried = {int(code) for code in re.search(r"RETRIED = \{([^}]+)\}", text)[1].split(",")}
    assert retried == {ExitCode.REPORTS, ExitCode.OUTPUT, ExitCode.INTERRUPTED}


def test_airflow_reads_the_dag():
    pytest.importorskip("airflow", reason="Airflow is not installed: it needs other versions")
    dag = load("assess_dag").dag
    assert dag.task_ids == ["check", "run"]
    assert dag.get_task("check").downstream_task_ids == {"run"}


def test_slurm_is_asked_for_one_core_a_worker():
    pytest.importorskip("dask_jobqueue", reason="dask-jobqueue is not installed")
    cluster = load("on_slurm").describe_cluster()
    script = cluster.job_script()
    cluster.close()
    assert "#SBATCH --cpus-per-task=1" in script
    assert "--nthreads 1 " in script
    assert sys.executable in script


@pytest.mark.parametrize("page", sorted(HOW_TO.glob("*.md")), ids=lambda path: path.name)
def test_every_link_of_a_how_to_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert not [link for link in links if "://" not in link and not (page.parent / link).exists()]

"""A PostgreSQL server and a Spark Connect server of our own, on this machine alone."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CUSTOMERS = 2000
REPOSITORY = Path(__file__).resolve().parents[2]
RUN = """\
run: {name}
title: {{en: Sample}}
period: 2025-Q4
as_of: 2025-12-31
previous_as_of: 2025-09-30
scopes: [bank]
languages: [en]
source: {{{source}}}
reports:
{reports}
"""

_POSTGRES = Path("/usr/lib/postgresql")
_USER = "postgres"


def find_postgres() -> Path | None:
    """Give the folder of PostgreSQL's programs: that of the path, or Debian's newest."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(_POSTGRES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return versions[-1].parent if versions else None


def why_no_postgres() -> str:
    """Say what is missing for a server, or nothing."""
    if importlib.util.find_spec("psycopg") is None:
        return "the extra 'postgres' is not installed"
    if find_postgres() is None:
        return "there is no PostgreSQL server (apt-get install postgresql)"
    if os.name != "posix":
        return "the server is started over a Unix socket"
    return ""


def why_no_spark() -> str:
    """Say what is missing for a server, or nothing."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("grpc") is None:
        return "the extra 'spark' is not installed"
    if shutil.which("java") is None:
        return "there is no Java 17 (apt-get install openjdk-17-jre-headless)"
    return ""


@contextmanager
def start_postgres(folder: Path) -> Iterator[str]:
    """Start a server in an empty folder and give its URL; it refuses to run as root."""
    programs = find_postgres()
    assert programs is not None
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, _USER, _USER)
        as_user = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]

    def call(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    call("initdb", "-A", "trust", "-U", "bank", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-F -c listen_addresses='' -c unix_socket_directories='{folder}'"
    call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgres://bank@/postgres?host={folder}"
    finally:
        call("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def start_spark(folder: Path) -> Iterator[str]:
    """Start a Spark Connect server with one thread, and give its URL.

    The data is small: what takes time is to plan and to compile, not to compute.
    """
    import pyspark

    home = Path(pyspark.__file__).parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": 1,
        "spark.sql.warehouse.dir": folder / "warehouse",
    }
    command = [str(home / "bin" / "spark-submit"), "--master", "local[1]"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    command += ["--driver-memory", "1g", "--driver-java-options"]
    command += ["-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"]
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "spark-internal"], cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        _wait_for(port, server)
        yield f"sc://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert server.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.2)
        else:
            return


def load_postgres(url: str, bank: Path) -> None:
    """Copy a folder of Parquet files into a server, one table each."""
    import ibis
    import pyarrow.parquet as pq

    connection = ibis.connect(url)
    for file in sorted(bank.glob("*.parquet")):
        connection.create_table(file.stem, pq.read_table(file))
    connection.disconnect()


def load_spark(url: str, bank: Path) -> None:
    """Have a server read a folder of Parquet files where they are."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(url).create()
    for file in sorted(bank.glob("*.parquet")):
        session.sql(f"CREATE TABLE {file.stem} USING parquet LOCATION '{file}'")
    session.stop()

"""An Airflow DAG: the quarter's reports, when the quarter's tables are in."""

import datetime as dt

from airflow.sdk import DAG, task
from airflow.sdk.exceptions import AirflowFailException

PROJECT = "/opt/bank-assessment"
ASSESS = f"{PROJECT}/.venv/bin/assess"
RETRIED = {4, 6, 130}
"""A report failed, the output was taken, or the run was interrupted: try again."""

with DAG(
    dag_id="bank_assessment",
    schedule="0 5 7 1,4,7,10 *",
    start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": dt.timedelta(minutes=30)},
    tags=["assessment"],
) as dag:

    def call(*arguments: str) -> None:
        """Run the tool in its own environment; say which kind of failure is final."""
        import subprocess

        code = subprocess.run([ASSESS, *arguments], cwd=PROJECT, check=False).returncode
        if code in RETRIED:
            raise RuntimeError(f"assess {arguments[0]} returned {code}; what is done is kept")
        if code:
            raise AirflowFailException(f"assess {arguments[0]} returned {code}; see its output")

    @task
    def check() -> None:
        """Look at the run file and the tables; a wrong one is not tried again."""
        call("check", "params/quarter.yaml")

    @task
    def run() -> None:
        """Run what is not up to date, and build the index."""
        call("run", "params/quarter.yaml", "--reports", "/srv/reports")

    check() >> run()

"""Run a run file on the nodes of Slurm: python on_slurm.py params/quarter.yaml."""

import subprocess
import sys

from dask_jobqueue import SLURMCluster


def describe_cluster() -> SLURMCluster:
    """One notebook at a time on each worker; nothing is asked of Slurm yet."""
    return SLURMCluster(
        queue="batch",
        cores=1,
        processes=1,
        # budgets.memory_gb of the run file, and 1 GB for the worker itself
        memory="5GB",
        walltime="04:00:00",
        worker_extra_args=["--no-dashboard"],
        job_script_prologue=["export OPENBLAS_NUM_THREADS=1"],
    )


if __name__ == "__main__":
    with describe_cluster() as cluster:
        cluster.scale(jobs=16)
        command = [sys.executable, "-m", "analysis", "run", *sys.argv[1:]]
        done = subprocess.run([*command, "--cluster", cluster.scheduler_address], check=False)
    sys.exit(done.returncode)

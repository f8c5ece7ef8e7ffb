"""`probe`: enqueue jobs, run workers, kill some of them in the middle, print what became of every job."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from argparse import ArgumentParser
from typing import Any

from grading.core import commands
from grading.core.jobs import enqueue
from grading.core.models import Job, Stage
from grading.core.progress import progress
from grading.core.supervisor import Supervisor
from tests.probe.models import Loss, Result
from tests.probe.subjects import FIRST_GOOD


class Command(commands.Command):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jobs", type=int, default=0)
        parser.add_argument("--bad", type=int, nargs="*", default=[])
        parser.add_argument("--kills", type=int, default=0)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        enqueue(Stage.PAGE, [*options["bad"], *range(FIRST_GOOD, FIRST_GOOD + options["jobs"])])
        killed = self._work(options["workers"], options["kills"]) if options["workers"] else self._wait()
        states = dict(Job.objects.values_list("subject_id", "state"))
        report = {
            "killed": killed,
            "states": states,
            "results": sorted(Result.objects.values_list("subject_id", flat=True)),
            "losses": dict(Loss.objects.values_list("subject_id", "reason")),
        }
        self.stdout.write(json.dumps(report))

    def _work(self, workers: int, kills: int) -> int:
        dice, killed, wait_until = random.Random(7), 0, 0.0
        with Supervisor(workers) as supervisor:
            while progress().open:
                busy = Job.objects.filter(state=Job.State.LEASED).exists()
                if killed < kills and busy and time.monotonic() > wait_until:
                    os.kill(dice.choice(supervisor.pids), signal.SIGKILL)
                    killed, wait_until = killed + 1, time.monotonic() + 0.2
                supervisor.tend()
                time.sleep(0.02)
        return killed

    def _wait(self) -> int:
        """Somebody else works (Celery); only wait."""
        while progress().open:
            time.sleep(0.1)
        return 0

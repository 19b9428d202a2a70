"""The GPU worker with the stub engine and a quick pulse: `celery -A tests.faults.stub_worker worker -Q edit,project`."""

import os
import sys

from gpu_worker import storage
from gpu_worker.tasks import lifeline
from gpu_worker.tasks.celery import app
from tests.faults import kill_points, stub_engine

sys.modules["gpu_worker.tasks.work"] = stub_engine
app.conf.include = []  # the attributes' tasks load the networks
lifeline.BEAT_SECONDS = float(os.environ.get("STUB_BEAT", "1"))
storage.READ_SECONDS, storage.ATTEMPTS = 5, 2
kill_points.lay(kill_points.WORKER, stub_engine.FOLDER)

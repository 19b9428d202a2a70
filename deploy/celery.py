"""The Celery app of the Django side: records results, sends what waits, keeps time (beat)."""

import os

from celery import Celery

from gpu_worker.broker import broker_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

app = Celery("colorway")
app.conf.update(broker_settings())
app.autodiscover_tasks(["catalog", "editing", "editing.studio"])

"""The Celery app of the Django side: records results, sends what waits, keeps time (beat)."""

import os

from celery import Celery

from gpu_worker.contract.broker import broker_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

app = Celery("colorway")
app.add_defaults(broker_settings)  # read when it is first needed, as the environment may be set late
app.autodiscover_tasks(
    [
        "catalog",
        "editing",
        "editing.attributes",
        "editing.own_parts",
        "editing.publishing.webhooks",
        "editing.publishing.stores",
    ]
)

"""How both sides of the broker use Celery. No Django, no torch.

PostgreSQL is the truth and results are recorded idempotently under a fencing token, so a message may come twice; what it
must not do is get lost with a killed worker or wait long for the next one.
"""

import os
from typing import Any

QUEUES = ("project", "edit", "preview", "train", "results")

# A job that runs longer is given out a second time; its lease and fencing token make that harmless.
VISIBILITY_SECONDS = 600


def broker_settings() -> dict[str, Any]:
    """Celery's configuration, from BROKER_URL."""
    return {
        "broker_url": os.environ.get("BROKER_URL", "redis://127.0.0.1:6379/0"),
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_SECONDS,
            # How often messages of dead workers are looked for: every interval * throttle seconds. The defaults make
            # that 100 s; this makes it 5 s.
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 2,
            "socket_timeout": 10,
            "max_retries": 0,  # of connecting in order to send: whoever sends has a better answer than waiting
            "socket_keepalive": True,
            "health_check_interval": 25,
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # a worker waits for its broker as long as it takes
        "result_backend": None,
        "task_ignore_result": True,  # answers travel as messages on the queue `results`
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_acks_late": True,  # a message leaves the broker when its job is done, not when it begins
        "task_reject_on_worker_lost": True,  # and goes back when the worker's child is killed; attempts are counted in the database
        "worker_prefetch_multiplier": 1,  # a worker holds no job that another could run
        # Work goes on while the broker is away. Its message comes a second time and is handed back; the lease decides.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_soft_shutdown_timeout": 20.0,  # running jobs may finish before they go back to the queue
        "worker_enable_soft_shutdown_on_idle": False,
        "worker_send_task_events": False,
        "worker_hijack_root_logger": False,
        "task_default_queue": "results",
        "task_create_missing_queues": True,
        "broker_pool_limit": 10,
    }

"""A faster pace for everything that waits: the same proportions in a third of the time."""

import os
from collections.abc import Callable
from datetime import timedelta

BEAT_SECONDS = 0.35


def quicken() -> Callable[[], None]:
    """Answers how to go back to the usual pace."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
    import django

    django.setup()
    from editing.lifecycle import answers, dispatch, sweep

    pace = {
        (dispatch, "LEASE"): 2.1,
        (dispatch, "MISSED_AFTER"): 1.7,
        (dispatch, "BROKER_BACK_OFF"): 0.5,
        (answers, "DOUBT"): 1.0,
        (sweep, "GAP"): 1.4,
        (sweep, "TOO_SOON"): 0.1,
    }
    usual = {place: getattr(*place) for place in pace}
    for (module, name), seconds in pace.items():
        setattr(module, name, timedelta(seconds=seconds))

    def restore() -> None:
        for place, value in usual.items():
            setattr(*place, value)

    return restore

"""Celery's app is made with the settings, so that `current_app` is ours in every process of the Django side."""

from deploy.celery import app as celery_app

__all__ = ["celery_app"]

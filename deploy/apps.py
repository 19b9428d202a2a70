from django.apps import AppConfig
from django.contrib.admin import apps


class DeployConfig(AppConfig):
    default = True
    name = "deploy"

    def ready(self) -> None:
        from deploy import checks  # noqa: F401  registers the start-up checks


class OperatorsConfig(apps.AdminConfig):
    default = False
    default_site = "catalog.operators.OperatorsSite"

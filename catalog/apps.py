from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from catalog import checks  # noqa: F401  registers the start-up checks
        from catalog.accounts import receivers  # noqa: F401  connects them
        from catalog.tenancy import policies

        post_migrate.connect(policies.apply, dispatch_uid="second wall")

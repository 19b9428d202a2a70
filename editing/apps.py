from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "editing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from editing.services import projections  # noqa: F401  connects its receiver

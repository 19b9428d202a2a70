from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "editing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from catalog.models.merchant import Role
        from catalog.navigation import Tab, register_tab
        from editing.lifecycle import projections  # noqa: F401  connects its receiver
        from editing.shopper import searches  # noqa: F401  connects its receivers

        register_tab(Tab(title="Colourways", url_name="editing:requests", position=20))
        register_tab(Tab(title="Notices", url_name="editing:notices", position=78))
        register_tab(Tab(title="Export", url_name="editing:exports", position=40))
        register_tab(Tab(title="Webhooks", url_name="editing:webhooks", position=92, role=Role.OWNER))
        register_tab(Tab(title="Studio", url_name="editing:studio-index", position=30))
        register_tab(Tab(title="Attributes", url_name="editing:attributes", position=32))

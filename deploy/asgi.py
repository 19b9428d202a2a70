import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
application = get_asgi_application()

from deploy import metrics, start  # noqa: E402  settings are ready only now

start.refuse_wrong_settings()
metrics.serve()

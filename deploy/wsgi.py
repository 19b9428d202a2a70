import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")
application = get_wsgi_application()

from deploy import start  # noqa: E402  settings are ready only now

start.refuse_wrong_settings()

"""Entry point for gunicorn. It serves nothing from a database that would let kept records be changed."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panel.config.settings")
application = get_wsgi_application()

from panel.platform import triggers  # noqa: E402 - models can be read only once the application is set up

if missing := triggers.missing():
    raise ImproperlyConfigured(
        f"The database lacks its guards ({missing[0]}, …). Run manage.py migrate, then start again."
    )
# A worker forked from this process must not share its connection.
connections.close_all()

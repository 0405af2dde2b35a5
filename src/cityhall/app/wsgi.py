"""The WSGI entry point of the pages and the REST interface."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityhall.app.settings")
application = get_wsgi_application()

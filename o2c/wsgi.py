"""The web application as a WSGI server loads it."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "o2c.settings")

application = get_wsgi_application()
if settings.TRUSTED_PROXIES:
    # Address and scheme of the browser come from the proxy's headers, and from nobody else's.
    application = wrap_wsgi_with_proxy_headers(application, settings.TRUSTED_PROXIES)

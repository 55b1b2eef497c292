"""What a production environment must say before the application starts."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from o2c.environment import Environment

SHORTEST_SECRET = 50
REQUIRED = {
    "DATABASE_URL": "the embedded database is for development",
    "REDIS_URL": "the embedded broker is for development",
    "EMAIL_URL": "no mail would leave the house",
    "STORAGE_URL": "documents would lie beside the code",
    "ALLOWED_HOSTS": "the host names under which users reach the application",
    "PUBLIC_URL": "the address that links in mails start with",
}


def refuse_unsafe(env: Environment, development_secret: str) -> None:
    """Raise one error that lists everything missing or unsafe, so that it is mended in one go."""
    problems = [f"{name} is not set: {reason}." for name, reason in REQUIRED.items() if not env.text(name)]
    if env.flag("DEBUG", default=False):
        problems.append("DEBUG is on: error pages would show secrets.")
    secret = env.text("SECRET_KEY")
    if len(secret) < SHORTEST_SECRET or secret == development_secret:
        problems.append(f"SECRET_KEY must be a random text of at least {SHORTEST_SECRET} characters.")
    if "*" in env.listing("ALLOWED_HOSTS"):
        problems.append("ALLOWED_HOSTS must name hosts; * would answer for any.")
    if env.text("PUBLIC_URL") and urlsplit(env.text("PUBLIC_URL")).scheme != "https":
        problems.append("PUBLIC_URL must start with https://.")
    if env.text("EMAIL_URL").startswith(("dummymail", "consolemail")):
        problems.append("EMAIL_URL must name a mail server; no mail would leave the house.")
    if problems:
        raise ImproperlyConfigured("Production refuses to start. " + " ".join(problems))

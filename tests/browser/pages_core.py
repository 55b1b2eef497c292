"""Pages of the shell."""

from core.models import User
from tests.browser.pages import Page


def _somebody() -> str:
    return f"/components/people/{User.objects.order_by('pk').values_list('pk', flat=True)[0]}"


PAGES = [
    Page("core-login", "/login", role=""),
    Page("core-password-forgotten", "/password/forgotten", role=""),
    Page("core-password-sent", "/password/sent", role=""),
    Page("core-password-link-used", "/password/new/MQ/none", role=""),
    Page("core-my-work", "/", role="finance"),
    Page("core-my-work-warehouse", "/", role="warehouse"),
    Page("core-search", "/search?q=kettle", role="sales"),
    Page("core-search-empty", "/search", role="sales"),
    Page("core-keys", "/keys", role="sales"),
    Page("core-profile", "/profile", role="sales"),
    Page("core-password-change", "/profile/password", role="sales"),
    Page("core-components", "/components"),
    Page("core-list", "/components/people?language=en&sort=-username"),
    Page("core-list-no-match", "/components/people?q=nobody&language=en"),
    Page("core-list-fault", "/components/people?date_joined=someday", status=422),
    Page("core-document", _somebody),
    Page("core-confirm", "/components/confirm"),
    Page("core-not-permitted", "/components", role="sales", status=403),
    Page("core-not-found", "/nowhere", role="sales", status=404),
]

"""Pages of mail and long work."""

from core.models import Message
from tests.browser.pages import Page


def _mail() -> str:
    mails = Message.objects.filter(company__code="hearth").order_by("pk")
    return f"/mail/{mails.values_list('pk', flat=True)[0]}"


PAGES = [
    Page("kernel-mail", "/mail/", role="sales"),
    Page("kernel-mail-failed", "/mail/?state=failed", role="sales"),
    Page("kernel-mail-detail", _mail, role="sales"),
    Page("kernel-mail-foreign", "/mail/999999999", role="sales", status=404),
    Page("kernel-jobs", "/jobs/"),
]

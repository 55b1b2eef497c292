"""Pages of the books."""

from django.urls import reverse

from core.models import Company
from ledger.models import Account, Journal, JournalEntry, OpenItem, Period
from tests.browser.pages import Page

HOME = "hearth"


def _home() -> Company:
    return Company.objects.get(code=HOME)


def _receivables() -> str:
    account = Account.objects.filter(company=_home(), control="receivables").order_by("number").first()
    assert account, "the demo has a receivables account"
    return reverse("ledger:account_sheet", kwargs={"pk": account.pk})


def _entry() -> str:
    entry = JournalEntry.objects.filter(company=_home(), journal__code=Journal.SALES).latest("pk")
    return reverse("ledger:entry", kwargs={"pk": entry.pk})


def _item(name: str) -> str:
    item = OpenItem.objects.filter(company=_home(), side="debit", open_amount__gt=0).latest("pk")
    return reverse(name, kwargs={"pk": item.pk})


def _statement() -> str:
    item = OpenItem.objects.filter(company=_home()).latest("pk")
    return reverse("ledger:statement", kwargs={"pk": item.payer_id})


def _period() -> str:
    period = Period.objects.filter(company=_home(), state="open").order_by("first_date", "module")[0]
    return reverse("ledger:period", kwargs={"pk": period.pk})


PAGES = [
    Page("ledger-trial-balance", "/ledger/trial-balance", role="finance"),
    Page("ledger-chart", "/ledger/accounts", role="finance"),
    Page("ledger-account", _receivables, role="finance"),
    Page("ledger-journal", "/ledger/entries", role="finance"),
    Page("ledger-entry", _entry, role="finance"),
    Page("ledger-entry-new", "/ledger/entries/new", role="finance"),
    Page("ledger-items", "/ledger/items", role="finance"),
    Page("ledger-item", lambda: _item("ledger:item"), role="finance"),
    Page("ledger-settle", lambda: _item("ledger:item_settle"), role="finance"),
    Page("ledger-ageing", "/ledger/ageing", role="finance"),
    Page("ledger-statement", _statement, role="finance"),
    Page("ledger-tax", "/ledger/tax", role="finance"),
    Page("ledger-periods", "/ledger/periods", role="finance"),
    Page("ledger-period", _period, role="finance"),
    Page("ledger-determination", "/ledger/accounts/determination", role="finance"),
    Page("ledger-tie-out", "/ledger/tie-out", role="auditor"),
]

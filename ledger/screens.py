"""How the books appear in the shell: menu, My work, documents, search, and how their states look."""

from django.db.models import Q

from core import documents, menu, search, states, verification, work
from core.documents import DocumentKind
from core.menu import MenuEntry
from core.models import Company
from core.roles import Someone, visible_to
from core.search import Hit, Provider
from core.work import Queue, Waiting
from ledger.models import Account, JournalEntry, OpenItem, Period, PeriodState
from ledger.tables import LOOKS

VIEW, ITEMS = "ledger.view_ledger", "ledger.view_openitem"


def register() -> None:
    """Make the pages of the books known, once, at start."""
    for place, (label, icon, url_name, permission) in enumerate(_PAGES):
        menu.register(MenuEntry("Books", label, icon, url_name, permission, order=place))
    menu.register(
        MenuEntry("Books", "Tie-out", "scale", "ledger:tie_out", "core.view_tieout", 90, differing, only_here=True)
    )
    for kind in _KINDS:
        documents.register(kind)
    search.register(Provider("ledger.journalentry", "Journal entries", VIEW, find_entries, 70))
    search.register(Provider("ledger.openitem", "Open items", ITEMS, find_items, 60))
    search.register(Provider("ledger.account", "Accounts", VIEW, find_accounts, 80))
    work.register(Queue("tie-out", "Checks that differ", "ledger:tie_out", "core.view_tieout", tie_out_queue, order=5))
    states.register("ledger.openitem", LOOKS)
    states.register("ledger.period", {PeriodState.OPEN: states.Look(states.Family.INFO, "lock-open", "Open")})


_PAGES = [
    ("Trial balance", "table", "ledger:trial_balance", VIEW),
    ("Journal", "book-2", "ledger:entries", VIEW),
    ("Chart of accounts", "list-tree", "ledger:chart", VIEW),
    ("Open items", "file-invoice", "ledger:items", ITEMS),
    ("Ageing", "clock-hour-4", "ledger:ageing", ITEMS),
    ("Tax", "receipt-tax", "ledger:tax", VIEW),
    ("Period close", "calendar-check", "ledger:periods", VIEW),
]


def differing(_user: Someone, _company: Company) -> int:
    """How many checks differed when they last ran."""
    run = verification.last_run()
    return run.differing if run else 0


def tie_out_queue(_user: Someone, _company: Company) -> Waiting:
    """Checks that differed when they last ran, as work for whoever may look into them."""
    run = verification.last_run()
    return Waiting(run.differing, oldest_at=run.finished_at, late=True) if run and run.differing else Waiting(0)


def find_entries(user: Someone, company: Company, words: str) -> list[Hit]:
    """Entries by number or by the source they were booked for."""
    rows = visible_to(JournalEntry.objects.filter(company=company), user, VIEW)
    wanted = Q(source=words) | (Q(pk=int(words)) if words.isdecimal() and len(words) < 18 else Q())
    return [
        Hit(str(row), row.description, documents.url("ledger.journalentry", row.pk) or "", exact=str(row.pk) == words)
        for row in rows.filter(wanted)[: search.MOST]
    ]


def find_items(user: Someone, company: Company, words: str) -> list[Hit]:
    """Open items by the number of their document or by payment reference."""
    rows = visible_to(OpenItem.objects.filter(company=company), user, ITEMS).select_related("payer")
    found = rows.filter(Q(number=words) | Q(payment_reference=words)).order_by("-pk")[: search.MOST]
    return [Hit(str(row), row.payer.name, documents.url("ledger.openitem", row.pk) or "") for row in found]


def find_accounts(user: Someone, company: Company, words: str) -> list[Hit]:
    """Accounts by the start of their number or a word of their name."""
    rows = visible_to(Account.objects.filter(company=company), user, VIEW)
    found = rows.filter(Q(number__startswith=words) | Q(name__icontains=words)).order_by("number")[: search.MOST]
    return [
        Hit(str(row), row.get_type_display(), documents.url("ledger.account", row.pk) or "", exact=row.number == words)
        for row in found
    ]


def _items(pks: list[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in OpenItem.objects.filter(pk__in=pks)}


def _accounts(pks: list[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in Account.objects.filter(pk__in=pks)}


def _periods(pks: list[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in Period.objects.filter(pk__in=pks)}


_KINDS = [
    DocumentKind("ledger.journalentry", "Entry", "ledger:entry", VIEW, "book-2"),
    DocumentKind("ledger.openitem", "Open item", "ledger:item", ITEMS, "file-invoice", _items),
    DocumentKind("ledger.account", "Account", "ledger:account_sheet", VIEW, "list-tree", _accounts),
    DocumentKind("ledger.period", "Period", "ledger:period", VIEW, "calendar", _periods),
]

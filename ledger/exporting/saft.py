"""SAF-T: the Standard Audit File for Tax of the OECD (version 2.00) in shape: header, master files, entries.

Countries each profile it; this is the common core that auditors' tools read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TextIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from core import clock
from ledger.exporting.book import Book, plain
from ledger.models import JournalEntry, JournalLine

NAMESPACE = "urn:OECD:StandardAuditFile-Tax:2.00"
GROUPS = {"asset": "GL", "liability": "GL", "equity": "GL", "income": "PL", "expense": "PL"}


class _Xml:
    """Writes elements as they come, so that no tree is held in memory."""

    def __init__(self, file: TextIO) -> None:
        self.out = XMLGenerator(file, "utf-8", short_empty_elements=True)  # type: ignore[arg-type]  # the stubs forget text files
        self.out.startDocument()

    @contextmanager
    def element(self, name: str, **attributes: str) -> Iterator[None]:
        self.out.startElement(name, AttributesImpl(attributes))
        yield
        self.out.endElement(name)
        self.out.characters("\n")

    def say(self, name: str, value: object) -> None:
        """An element with a text; what XML can't hold is left out of it."""
        self.out.startElement(name, AttributesImpl({}))
        self.out.characters("".join(letter for letter in str(value) if letter.isprintable()))
        self.out.endElement(name)


def write(books: list[Book], file: TextIO) -> None:
    """One audit file per company, in one file; more than one stand side by side under `AuditFiles`."""
    xml = _Xml(file)
    if len(books) == 1:
        _write_book(books[0], xml)
        return
    with xml.element("AuditFiles"):
        for book in books:
            _write_book(book, xml)


def _write_book(book: Book, xml: _Xml) -> None:
    with xml.element("AuditFile", xmlns=NAMESPACE):
        _write_header(book, xml)
        with xml.element("MasterFiles"):
            _write_accounts(book, xml)
            _write_customers(book, xml)
            _write_tax_codes(book, xml)
        _write_entries(book, xml)


def _write_header(book: Book, xml: _Xml) -> None:
    with xml.element("Header"):
        xml.say("AuditFileVersion", "2.00")
        xml.say("AuditFileCountry", book.company.country)
        xml.say("AuditFileDateCreated", clock.today(book.company))
        xml.say("SoftwareID", "Order to Cash")
        with xml.element("Company"):
            xml.say("RegistrationNumber", book.company.code)
            xml.say("Name", book.company.name)
        xml.say("DefaultCurrencyCode", book.company.currency)
        with xml.element("SelectionCriteria"):
            xml.say("SelectionStartDate", book.first)
            xml.say("SelectionEndDate", book.last)


def _write_accounts(book: Book, xml: _Xml) -> None:
    balances = {balance.pk: balance for balance in book.balances}
    with xml.element("GeneralLedgerAccounts"):
        for account in book.accounts:
            with xml.element("Account"):
                xml.say("AccountID", account.number)
                xml.say("AccountDescription", account.name)
                xml.say("AccountType", GROUPS[account.type])
                balance = balances.get(account.pk)
                _write_balance("Opening", balance.opening if balance else Decimal(0), xml)
                _write_balance("Closing", balance.closing if balance else Decimal(0), xml)


def _write_balance(when: str, amount: Decimal, xml: _Xml) -> None:
    xml.say(f"{when}{'Debit' if amount >= 0 else 'Credit'}Balance", plain(abs(amount)))


def _write_customers(book: Book, xml: _Xml) -> None:
    with xml.element("Customers"):
        for customer in book.payers().iterator():
            with xml.element("Customer"):
                xml.say("CustomerID", customer.number)
                xml.say("Name", customer.name)


def _write_tax_codes(book: Book, xml: _Xml) -> None:
    with xml.element("TaxTable"):
        for code, category, rate in book.tax_codes():
            with xml.element("TaxTableEntry"):
                xml.say("TaxCode", code)
                xml.say("TaxCategory", category)
                xml.say("TaxPercentage", plain(rate))


def _write_entries(book: Book, xml: _Xml) -> None:
    with xml.element("GeneralLedgerEntries"):
        xml.say("NumberOfEntries", int(book.totals["entries"]))
        xml.say("TotalDebit", plain(book.totals["debit"]))
        xml.say("TotalCredit", plain(book.totals["credit"]))
        with xml.element("Journal"):
            xml.say("JournalID", "all")
            xml.say("Description", "All journals in posting order")
            for entry in book.entries():
                _write_entry(entry, book.company.currency, xml)


def _write_entry(entry: JournalEntry, currency: str, xml: _Xml) -> None:
    with xml.element("Transaction"):
        xml.say("TransactionID", entry.pk)
        xml.say("Period", entry.posting_date.month)
        xml.say("PeriodYear", entry.posting_date.year)
        xml.say("TransactionDate", entry.document_date)
        xml.say("SourceID", entry.source)
        xml.say("TransactionType", entry.journal.code)
        xml.say("Description", entry.description)
        xml.say("SystemEntryDate", entry.recorded_at.date())
        xml.say("GLPostingDate", entry.posting_date)
        for line in sorted(entry.lines.all(), key=lambda line: line.position):
            _write_line(line, currency, xml)


def _write_line(line: JournalLine, currency: str, xml: _Xml) -> None:
    with xml.element("Line"):
        xml.say("RecordID", line.position)
        xml.say("AccountID", line.account.number)
        if line.payer:
            xml.say("CustomerID", line.payer.number)
        xml.say("Description", line.text or line.account.name)
        side, amount = ("DebitAmount", line.debit) if line.debit is not None else ("CreditAmount", line.credit)
        with xml.element(side):
            xml.say("Amount", plain(amount))
            if line.currency != currency:
                xml.say("CurrencyCode", line.currency)
                xml.say("CurrencyAmount", plain(line.document_amount))

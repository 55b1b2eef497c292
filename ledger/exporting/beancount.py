"""Beancount: plain text accounting. Amounts are in company currency; what the document said stands beside them.

https://beancount.github.io/docs/beancount_language_syntax.html
"""

import re
from datetime import timedelta
from typing import TextIO
from unicodedata import normalize

from core.models import Company
from core.money import ZERO
from ledger.exporting.book import Book, plain
from ledger.models import Account, JournalEntry, JournalLine

ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}


def write(books: list[Book], file: TextIO) -> None:
    """Accounts, the opening balances as one transaction, every entry, and the closing balances as assertions.

    `bean-check` refuses the file when a transaction does not balance or a closing balance differs from ours.
    """
    for currency in sorted({book.company.currency for book in books}):
        file.write(f'option "operating_currency" "{currency}"\n')
    for book in books:
        _write_book(book, file)


def account_name(company: Company, account: Account) -> str:
    """`Assets:Hearth:1200-Trade-receivables`: our number first, as names may change."""
    return f"{ROOTS[account.type]}:{_part(company.code)}:{account.number}-{_part(account.name)}"


def _part(name: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", normalize("NFKD", name).encode("ascii", "ignore").decode())
    joined = "-".join(words) or "X"
    return joined[0].upper() + joined[1:]


def _write_book(book: Book, file: TextIO) -> None:
    names = {account.pk: account_name(book.company, account) for account in book.accounts}
    day_before = book.first - timedelta(days=1)
    file.write(f"\n; {_one_line(book.company.name)}, {book.first} to {book.last}\n\n")
    for account in book.accounts:
        file.write(f"{day_before} open {names[account.pk]}\n")
        file.write(f"  name: {_quoted(account.name)}\n")
    _write_opening(book, names, file)
    for entry in book.entries():
        _write_entry(entry, names, book.company.currency, file)
    file.write("\n")
    for balance in book.balances:
        end = book.last + timedelta(days=1)
        file.write(f"{end} balance {names[balance.pk]}  {plain(balance.closing)} {book.company.currency}\n")


def _write_opening(book: Book, names: dict[int, str], file: TextIO) -> None:
    opening = [balance for balance in book.balances if balance.opening]
    if opening:
        file.write(f'\n{book.first - timedelta(days=1)} * "Opening balances"\n')
        for balance in opening:
            file.write(f"  {names[balance.pk]}  {plain(balance.opening)} {book.company.currency}\n")


def _write_entry(entry: JournalEntry, names: dict[int, str], currency: str, file: TextIO) -> None:
    file.write(f"\n{entry.posting_date} * {_quoted(entry.description)}\n")
    file.write(f'  entry: "{entry.pk}"\n  source: {_quoted(entry.source)}\n  journal: {_quoted(entry.journal.code)}\n')
    file.write(f"  document-date: {entry.document_date}\n")
    if entry.reverses_id:
        file.write(f'  reverses: "{entry.reverses_id}"\n')
    for line in sorted(entry.lines.all(), key=lambda line: line.position):
        _write_line(line, names, currency, file)


def _write_line(line: JournalLine, names: dict[int, str], currency: str, file: TextIO) -> None:
    amount = line.debit if line.debit is not None else -(line.credit or ZERO)
    file.write(f"  {names[line.account_id]}  {plain(amount)} {currency}\n")
    if line.payer:
        file.write(f"    payer: {_quoted(line.payer.number)}\n")
    if line.currency != currency:
        file.write(f"    document: {plain(line.document_amount)} {line.currency}\n")


def _quoted(text: str) -> str:
    escaped = _one_line(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""The counter-entry of an entry: its lines on the other side, in both currencies, and its tax lines taken back."""

from collections.abc import Callable, Sequence

from core.money import ZERO
from ledger.drafts import ItemFacts
from ledger.models import EntryKind, JournalEntry, JournalLine, TaxLine
from ledger.preparing import Prepared, PreparedLine, PreparedTax


def mirrored(
    entries: Sequence[JournalEntry],
    source_of: Callable[[JournalEntry], str],
    *,
    kind: EntryKind = EntryKind.REVERSAL,
    makes_items: bool = False,
) -> dict[int, Prepared]:
    """Counter-entries by id of the entry they take back, in three queries."""
    ids = [entry.pk for entry in entries]
    found = JournalEntry.objects.filter(pk__in=ids).select_related("company", "journal")
    lines: dict[int, list[PreparedLine]] = {pk: [] for pk in ids}
    for line in JournalLine.objects.filter(entry__in=ids).select_related("account").order_by("entry", "position"):
        lines[line.entry_id].append(_other_side(line))
    taxes: dict[int, list[PreparedTax]] = {pk: [] for pk in ids}
    for tax in TaxLine.objects.filter(entry__in=ids).order_by("pk"):
        taxes[tax.entry_id].append(_taken_back(tax))
    return {
        entry.pk: Prepared(
            company=entry.company,
            journal=entry.journal,
            kind=kind,
            source=source_of(entry),
            content=f"takes back {entry.pk}",
            description=f"Reversal: {entry.description}"[:200],
            document_date=None,
            currency=entry.currency,
            rate=entry.rate,
            document_kind=entry.document_kind,
            document_id=entry.document_id,
            reverses_id=entry.pk,
            lines=lines[entry.pk],
            taxes=taxes[entry.pk],
            makes_items=makes_items,
        )
        for entry in found
    }


def _other_side(line: JournalLine) -> PreparedLine:
    return PreparedLine(
        account=line.account,
        is_debit=line.debit is None,
        amount=line.debit or line.credit or ZERO,
        document_amount=line.document_amount,
        payer_id=line.payer_id,
        item=ItemFacts(),
        text=line.text,
    )


def _taken_back(tax: TaxLine) -> PreparedTax:
    return PreparedTax(
        account_id=tax.account_id,
        fact=tax.fact,
        code=tax.code,
        category=tax.category,
        rate=tax.rate,
        tax_date=None,
        base=-tax.base,
        tax=-tax.tax,
        company_base=-tax.company_base,
        company_tax=-tax.company_tax,
    )

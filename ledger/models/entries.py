"""What was booked. Nothing here is ever edited; a mistake is reversed."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from core.guards import append_only
from core.models import Company, User
from core.money import AmountField, CurrencyField, ExchangeRateField, PercentField
from ledger.models.accounts import Account, Journal
from ledger.models.periods import Period
from masterdata.models import Customer


class EntryKind(models.TextChoices):
    """What an entry is for; settlements, revaluations and year ends are booked by the ledger itself."""

    NORMAL = "normal", "Entry"
    REVERSAL = "reversal", "Reversal"
    SETTLEMENT = "settlement", "Settlement"
    REVALUATION = "revaluation", "Revaluation"
    CLOSING = "closing", "Year end"


class JournalEntry(models.Model):
    """One balanced fact. Its `source` books it once; its id is its number."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="+", db_index=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=11, choices=EntryKind, default=EntryKind.NORMAL)
    posting_date = models.DateField()
    document_date = models.DateField()
    source = models.CharField(max_length=80)
    content = models.CharField(max_length=32)  # digest of what the source booked, to tell a repeat from a clash
    description = models.CharField(max_length=200)
    document_kind = models.CharField(max_length=60, blank=True)
    document_id = models.BigIntegerField(null=True)
    currency = CurrencyField()
    rate = ExchangeRateField(null=True)  # document units for one unit of company currency
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    line_count = models.PositiveSmallIntegerField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "journal entries"
        constraints = [
            models.UniqueConstraint(fields=["company", "source"], name="journalentry_source_once_per_company"),
            models.CheckConstraint(name="journalentry_kind_known", condition=Q(kind__in=EntryKind.values)),
            models.CheckConstraint(name="journalentry_has_two_lines", condition=Q(line_count__gte=2)),
            models.CheckConstraint(
                name="journalentry_reversal_points_back",
                condition=~Q(kind=EntryKind.REVERSAL) | Q(reverses__isnull=False),
            ),
            models.CheckConstraint(name="journalentry_source_given", condition=~Q(source="")),
        ]
        indexes = [
            models.Index(fields=["company", "posting_date"], name="journalentry_by_day"),
            models.Index(fields=["document_kind", "document_id"], name="journalentry_by_document"),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(
                name="period_open",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="inserted"),
                func="""
                    -- The posting verb holds this lock already; raw SQL gets it here, so no race with closing is lost.
                    PERFORM FROM public.ledger_period WHERE id IN (SELECT period_id FROM inserted)
                        ORDER BY id FOR SHARE;
                    IF EXISTS (
                        SELECT FROM inserted
                        JOIN public.ledger_period AS period ON period.id = inserted.period_id
                        JOIN public.ledger_journal AS journal ON journal.id = inserted.journal_id
                        WHERE period.state <> 'open'
                           OR inserted.posting_date NOT BETWEEN period.first_date AND period.last_date
                           OR period.module <> journal.module
                           OR period.company_id <> inserted.company_id
                           OR journal.company_id <> inserted.company_id
                    ) THEN
                        RAISE EXCEPTION 'a journal entry needs an open period of its company, journal and posting date'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'journalentry_period_open';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]
        permissions = [
            ("post_entry", "Can post entries by hand"),
            ("reverse_entry", "Can reverse entries"),
            ("view_ledger", "Can read the ledger"),
            ("export", "Can export the ledger"),
        ]

    def __str__(self) -> str:
        return f"Entry {self.pk}"


class JournalLine(models.Model):
    """A debit or a credit in company currency: exactly one is set, and it is positive.

    `document_amount` is the same side in document currency; it is zero where only company currency moves, as with
    an exchange difference. Company and posting date repeat the entry's, so that reports read one table.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="lines", db_index=False)
    payer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", db_index=False)
    posting_date = models.DateField()
    debit = AmountField(null=True)
    credit = AmountField(null=True)
    currency = CurrencyField()
    document_amount = AmountField()
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["entry", "position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="journalline_position_once_per_entry"),
            models.CheckConstraint(
                name="journalline_debit_xor_credit",
                # A check that comes out as unknown passes, so a line without either is ruled out by name.
                condition=Q(debit__isnull=False, debit__gt=0, credit=None)
                | Q(debit=None, credit__isnull=False, credit__gt=0),
            ),
            models.CheckConstraint(name="journalline_document_amount", condition=Q(document_amount__gte=0)),
        ]
        indexes = [
            models.Index(fields=["account", "posting_date"], name="journalline_by_account_and_day"),
            models.Index(fields=["payer"], name="journalline_by_payer", condition=Q(payer__isnull=False)),
        ]
        triggers = [
            *append_only(),
            # Runs once per statement, so all lines of an entry go in with one statement. As positions are unique and
            # must be 1 … line_count, nothing can be added to an entry later.
            pgtrigger.Trigger(
                name="balanced",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="inserted"),
                declare=[("broken", "text")],
                # Lines are summed before they meet their entries, and EXECUTE plans for the rows at hand: a plan kept
                # from the first entry of a session, or one that meets first, loops over the table for each line.
                func="""
                    EXECUTE $check$
                        WITH written AS MATERIALIZED (
                            SELECT line.entry_id,
                                SUM(COALESCE(line.debit, 0)) = SUM(COALESCE(line.credit, 0)) AS balanced,
                                count(*) AS lines, min(line.position) AS first, max(line.position) AS last,
                                min(line.posting_date) AS earliest, max(line.posting_date) AS latest,
                                min(line.company_id) AS company_id,
                                bool_and(
                                    line.company_id = account.company_id
                                    AND (account.control NOT IN ('receivables', 'on_account')
                                        OR line.payer_id IS NOT NULL)
                                ) AS fits
                            FROM inserted AS line JOIN public.ledger_account AS account ON account.id = line.account_id
                            GROUP BY line.entry_id
                        )
                        SELECT min(CASE
                            WHEN NOT written.balanced THEN 'journalentry_balanced'
                            WHEN written.lines <> entry.line_count OR written.first <> 1
                                OR written.last <> entry.line_count THEN 'journalentry_line_count'
                            WHEN NOT written.fits OR written.company_id <> entry.company_id
                                OR written.earliest <> entry.posting_date OR written.latest <> entry.posting_date
                                OR period.state <> 'open' THEN 'journalline_fits_entry'
                        END)
                        FROM written
                        JOIN public.ledger_journalentry AS entry ON entry.id = written.entry_id
                        JOIN public.ledger_period AS period ON period.id = entry.period_id
                    $check$ INTO broken;
                    IF broken IS NOT NULL THEN
                        RAISE EXCEPTION 'a journal entry is refused: %', CASE broken
                            WHEN 'journalentry_balanced' THEN 'it does not balance'
                            WHEN 'journalentry_line_count' THEN 'its lines are written all at once, and none later'
                            ELSE 'a line does not fit it: company, day, open period, payer'
                        END USING ERRCODE = 'check_violation', CONSTRAINT = broken;
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.position}"


class TaxLine(models.Model):
    """What an entry says to the tax office. The tax report is the sum of these; tax on sales is positive."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="tax_lines")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # none where the tax is zero
    fact = models.CharField(max_length=20)
    code = models.CharField(max_length=20)
    category = models.CharField(max_length=2)  # UNCL 5305, as EN 16931 uses it: S, Z, E, AE, K, G, O
    rate = PercentField()
    tax_date = models.DateField()
    posting_date = models.DateField()
    currency = CurrencyField()
    base = AmountField()
    tax = AmountField()
    company_base = AmountField()
    company_tax = AmountField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["company", "tax_date", "code"], name="taxline_by_day_and_code")]
        constraints = [
            models.CheckConstraint(name="taxline_code_given", condition=~Q(code="")),
            models.CheckConstraint(
                name="taxline_tax_has_account", condition=Q(account__isnull=False) | Q(tax=0, company_tax=0)
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.code} {self.tax} {self.currency}"

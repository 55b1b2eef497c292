"""What must always be true of the books, as set-based checks: each names the entry, item or account that differs."""

from core.invariants import Check

# What settlements take from items, day by day; an undo gives it back on its own day. `sign` is the ledger's: a
# debit item counts up, so what is taken from it counts down.
MOVES_OF_ITEMS = """
    SELECT debit_item_id AS item_id, "on" AS day, -debit_amount AS amount, -debit_company_amount AS company_amount
        FROM ledger_settlement
    UNION ALL SELECT credit_item_id, "on", -credit_amount, -credit_company_amount FROM ledger_settlement
    UNION ALL SELECT s.debit_item_id, u."on", s.debit_amount, s.debit_company_amount
        FROM ledger_settlementundo u JOIN ledger_settlement s ON s.id = u.settlement_id
    UNION ALL SELECT s.credit_item_id, u."on", s.credit_amount, s.credit_company_amount
        FROM ledger_settlementundo u JOIN ledger_settlement s ON s.id = u.settlement_id
"""

ENTRIES_BALANCE = Check(
    name="ledger.entries_balance",
    title="Every journal entry balances",
    rows="SELECT count(*) FROM ledger_journalline",
    differences="""
        SELECT 'ledger.journalentry' AS document_kind, entry_id AS document_id, 'debits and credits' AS what,
            sum(coalesce(debit, 0))::text AS expected, sum(coalesce(credit, 0))::text AS found,
            min(company_id) AS company_id
        FROM ledger_journalline GROUP BY entry_id
        HAVING sum(coalesce(debit, 0)) <> sum(coalesce(credit, 0))
    """,
)

ENTRIES_COMPLETE = Check(
    name="ledger.entries_complete",
    title="Every entry has the lines it was booked with, and every line its entry",
    rows="SELECT count(*) FROM ledger_journalentry",
    differences="""
        SELECT 'ledger.journalentry' AS document_kind, coalesce(entry.id, line.entry_id) AS document_id,
            'number of lines' AS what, coalesce(entry.line_count::text, 'no entry') AS expected,
            coalesce(line.lines, 0)::text AS found, coalesce(entry.company_id, line.company_id) AS company_id
        FROM ledger_journalentry AS entry
        FULL JOIN (
            SELECT entry_id, count(*) AS lines, min(company_id) AS company_id FROM ledger_journalline GROUP BY entry_id
        ) AS line ON line.entry_id = entry.id
        WHERE entry.id IS NULL OR entry.line_count <> coalesce(line.lines, 0)
    """,
)

LINES_FIT = Check(
    name="ledger.lines_fit",
    title="Every journal line has the company and day of its entry, and a payer on control accounts",
    rows="SELECT count(*) FROM ledger_journalline",
    differences="""
        WITH line AS (
            SELECT line.position, line.company_id, line.posting_date, line.payer_id, line.currency,
                entry.id AS entry_id, entry.company_id AS entry_company_id, entry.posting_date AS entry_date,
                account.company_id AS account_company_id, account.currency AS account_currency,
                payer.company_id AS payer_company_id,
                account.control IN ('receivables', 'on_account') AND line.payer_id IS NULL AS lacks_payer
            FROM ledger_journalline AS line
            JOIN ledger_journalentry AS entry ON entry.id = line.entry_id
            JOIN ledger_account AS account ON account.id = line.account_id
            LEFT JOIN masterdata_customer AS payer ON payer.id = line.payer_id
            WHERE line.company_id <> entry.company_id OR line.posting_date <> entry.posting_date
               OR account.company_id <> entry.company_id OR payer.company_id <> entry.company_id
               OR account.currency <> line.currency
               OR account.control IN ('receivables', 'on_account') AND line.payer_id IS NULL
        )
        SELECT 'ledger.journalentry' AS document_kind, entry_id AS document_id, test.what || position AS what,
            test.expected, test.found, entry_company_id AS company_id
        FROM line CROSS JOIN LATERAL (VALUES
            (company_id <> entry_company_id, 'company of line ', entry_company_id::text, company_id::text),
            (account_company_id <> entry_company_id, 'company of the account of line ', entry_company_id::text,
                account_company_id::text),
            (payer_company_id <> entry_company_id, 'company of the payer of line ', entry_company_id::text,
                payer_company_id::text),
            (posting_date <> entry_date, 'posting date of line ', entry_date::text, posting_date::text),
            (lacks_payer, 'payer of line ', 'a payer', 'none'),
            (account_currency <> currency, 'currency of line ', account_currency, currency)
        ) AS test (fails, what, expected, found)
        WHERE test.fails
    """,
)

ENTRIES_IN_PERIOD = Check(
    name="ledger.entries_in_period",
    title="Every entry lies in the period of its company, journal and posting date",
    rows="SELECT count(*) FROM ledger_journalentry",
    differences="""
        SELECT 'ledger.journalentry' AS document_kind, entry.id AS document_id, 'period' AS what,
            period.first_date || ' to ' || period.last_date AS expected, entry.posting_date::text AS found,
            entry.company_id
        FROM ledger_journalentry AS entry
        JOIN ledger_period AS period ON period.id = entry.period_id
        JOIN ledger_journal AS journal ON journal.id = entry.journal_id
        WHERE entry.posting_date NOT BETWEEN period.first_date AND period.last_date
           OR period.company_id <> entry.company_id OR journal.company_id <> entry.company_id
           OR period.module <> journal.module
    """,
)

CLOSED_PERIODS = Check(
    name="ledger.closed_periods",
    title="No posting in a closed period",
    rows="SELECT count(*) FROM ledger_journalentry",
    differences="""
        SELECT 'ledger.journalentry' AS document_kind, entry.id AS document_id, 'posted after closing' AS what,
            'by ' || to_char(closed.at, 'YYYY-MM-DD HH24:MI:SS') AS expected,
            to_char(entry.recorded_at, 'YYYY-MM-DD HH24:MI:SS') AS found, entry.company_id
        FROM ledger_periodstep AS closed
        LEFT JOIN LATERAL (
            SELECT min(at) AS at FROM ledger_periodstep AS later
            WHERE later.period_id = closed.period_id AND later.id > closed.id AND later.state = 'open'
        ) AS reopened ON true
        JOIN ledger_journalentry AS entry ON entry.period_id = closed.period_id
            AND entry.recorded_at > closed.at AND (reopened.at IS NULL OR entry.recorded_at < reopened.at)
        WHERE closed.state = 'closed'
    """,
)

CONTROL_ACCOUNTS = Check(
    name="ledger.control_accounts",
    title="Receivables and money on account equal their open items on every day",
    rows="SELECT count(*) FROM ledger_openitem",
    differences=f"""
        WITH control AS (
            SELECT id, company_id FROM ledger_account WHERE control IN ('receivables', 'on_account')
        ), booked AS (
            SELECT line.account_id, line.posting_date AS day,
                sum(coalesce(line.debit, 0) - coalesce(line.credit, 0)) AS amount
            FROM control JOIN ledger_journalline AS line ON line.account_id = control.id
            GROUP BY line.account_id, line.posting_date
        ), moves AS (
            SELECT account_id, posting_date AS day,
                CASE side WHEN 'debit' THEN company_amount ELSE -company_amount END AS amount FROM ledger_openitem
            UNION ALL
            SELECT item.account_id, move.day,
                CASE item.side WHEN 'debit' THEN move.company_amount ELSE -move.company_amount END
            FROM ({MOVES_OF_ITEMS}) AS move JOIN ledger_openitem AS item ON item.id = move.item_id
        ), items AS (
            SELECT account_id, day, sum(amount) AS amount FROM moves GROUP BY account_id, day
        )
        SELECT 'ledger.account' AS document_kind, account_id AS document_id, 'movement on ' || day AS what,
            coalesce(items.amount, 0)::text AS expected, coalesce(booked.amount, 0)::text AS found, control.company_id
        FROM booked FULL JOIN items USING (account_id, day) LEFT JOIN control ON control.id = account_id
        WHERE coalesce(booked.amount, 0) <> coalesce(items.amount, 0)
    """,  # noqa: S608
)

TAX_ACCOUNTS = Check(
    name="ledger.tax_accounts",
    title="Tax accounts equal their tax lines on every day",
    rows="SELECT count(*) FROM ledger_taxline",
    differences="""
        WITH control AS (
            SELECT id, company_id FROM ledger_account WHERE control = 'tax'
        ), booked AS (
            SELECT line.account_id, line.posting_date AS day,
                sum(coalesce(line.credit, 0) - coalesce(line.debit, 0)) AS amount
            FROM control JOIN ledger_journalline AS line ON line.account_id = control.id
            GROUP BY line.account_id, line.posting_date
        ), taxed AS (
            SELECT account_id, posting_date AS day, sum(company_tax) AS amount FROM ledger_taxline
            WHERE account_id IS NOT NULL GROUP BY account_id, posting_date
        )
        SELECT 'ledger.account' AS document_kind, account_id AS document_id, 'tax on ' || day AS what,
            coalesce(taxed.amount, 0)::text AS expected, coalesce(booked.amount, 0)::text AS found, control.company_id
        FROM booked FULL JOIN taxed USING (account_id, day) LEFT JOIN control ON control.id = account_id
        WHERE coalesce(booked.amount, 0) <> coalesce(taxed.amount, 0)
    """,
)

TAX_LINES_FIT = Check(
    name="ledger.tax_lines_fit",
    title="Every tax line has the company and day of its entry",
    rows="SELECT count(*) FROM ledger_taxline",
    differences="""
        SELECT 'ledger.journalentry' AS document_kind, tax.entry_id AS document_id, 'tax line ' || tax.id AS what,
            entry.company_id || ' on ' || entry.posting_date AS expected,
            tax.company_id || ' on ' || tax.posting_date AS found, tax.company_id
        FROM ledger_taxline AS tax LEFT JOIN ledger_journalentry AS entry ON entry.id = tax.entry_id
        WHERE (tax.company_id, tax.posting_date) IS DISTINCT FROM (entry.company_id, entry.posting_date)
    """,
)

ITEMS_FROM_LINES = Check(
    name="ledger.items_from_lines",
    title="Every line on a receivables account is an open item, and every open item such a line",
    rows="SELECT count(*) FROM ledger_openitem",
    differences="""
        WITH line AS (
            SELECT line.id, line.entry_id, line.company_id, ROW(line.company_id, line.account_id, line.payer_id,
                line.posting_date, line.currency::text, line.document_amount, coalesce(line.debit, line.credit),
                CASE WHEN line.debit IS NULL THEN 'credit' ELSE 'debit' END) AS facts
            FROM ledger_account AS account
            JOIN ledger_journalline AS line ON line.account_id = account.id
            JOIN ledger_journalentry AS entry ON entry.id = line.entry_id
            LEFT JOIN ledger_journalentry AS original ON original.id = entry.reverses_id
            WHERE account.control IN ('receivables', 'on_account')
              -- Settling moves items that are there; it and its undo make none.
              AND coalesce(original.kind, entry.kind) <> 'settlement'
        ), item AS (
            SELECT id, line_id, company_id, ROW(company_id, account_id, payer_id, posting_date, currency::text, amount,
                company_amount, side::text) AS facts
            FROM ledger_openitem
        )
        SELECT CASE WHEN item.id IS NULL THEN 'ledger.journalentry' ELSE 'ledger.openitem' END AS document_kind,
            coalesce(item.id, line.entry_id) AS document_id,
            CASE WHEN item.id IS NULL THEN 'a line without open item'
                 WHEN line.id IS NULL THEN 'an open item without line' ELSE 'facts of the line' END AS what,
            line.facts::text AS expected, item.facts::text AS found,
            coalesce(item.company_id, line.company_id) AS company_id
        FROM line FULL JOIN item ON item.line_id = line.id
        WHERE line.facts IS DISTINCT FROM item.facts
    """,
)

OPEN_AMOUNTS = Check(
    name="ledger.open_amounts",
    title="Open amount = amount − settlements, in both currencies",
    rows="SELECT count(*) FROM ledger_openitem",
    differences=f"""
        SELECT 'ledger.openitem' AS document_kind, item.id AS document_id, 'open amount' AS what,
            ROW(item.amount + coalesce(moved.amount, 0), item.company_amount + coalesce(moved.company_amount, 0))::text
                AS expected,
            ROW(item.open_amount, item.open_company_amount)::text AS found, item.company_id
        FROM ledger_openitem AS item
        LEFT JOIN (
            SELECT item_id, sum(amount) AS amount, sum(company_amount) AS company_amount
            FROM ({MOVES_OF_ITEMS}) AS move GROUP BY item_id
        ) AS moved ON moved.item_id = item.id
        WHERE item.open_amount <> item.amount + coalesce(moved.amount, 0)
           OR item.open_company_amount <> item.company_amount + coalesce(moved.company_amount, 0)
           OR item.open_amount NOT BETWEEN 0 AND item.amount
           OR item.open_company_amount NOT BETWEEN 0 AND item.company_amount
    """,  # noqa: S608
)

OPEN_AS_OF = Check(
    name="ledger.open_as_of",
    title="On no past day an item was open by less than nothing, or in one currency only",
    rows="SELECT count(*) FROM ledger_settlementundo",
    # Without an undo the open amount only falls, so what it is now is its lowest.
    differences=f"""
        WITH undone AS (
            SELECT debit_item_id AS item_id
            FROM ledger_settlement s JOIN ledger_settlementundo u ON u.settlement_id = s.id
            UNION SELECT credit_item_id FROM ledger_settlement s JOIN ledger_settlementundo u ON u.settlement_id = s.id
        ), moved AS (
            SELECT item_id, day, sum(sum(amount)) OVER upto AS amount,
                sum(sum(company_amount)) OVER upto AS company_amount
            FROM ({MOVES_OF_ITEMS}) AS move WHERE item_id IN (SELECT item_id FROM undone)
            GROUP BY item_id, day WINDOW upto AS (PARTITION BY item_id ORDER BY day)
        )
        SELECT 'ledger.openitem' AS document_kind, item.id AS document_id, 'open at the end of ' || day AS what,
            'from 0 to ' || ROW(item.amount, item.company_amount)::text AS expected,
            ROW(item.amount + moved.amount, item.company_amount + moved.company_amount)::text AS found, item.company_id
        FROM moved JOIN ledger_openitem AS item ON item.id = moved.item_id
        WHERE item.amount + moved.amount < 0 OR item.company_amount + moved.company_amount < 0
           OR (item.amount + moved.amount = 0) <> (item.company_amount + moved.company_amount = 0)
    """,  # noqa: S608
)

SETTLEMENTS_FIT = Check(
    name="ledger.settlements_fit",
    title="A settlement joins a debit and a credit of one payer, company and currency, after both were posted",
    rows="SELECT count(*) FROM ledger_settlement",
    differences="""
        SELECT 'ledger.openitem' AS document_kind, settlement.debit_item_id AS document_id,
            'settlement ' || settlement.id || ': ' || test.what AS what, test.expected, test.found,
            settlement.company_id
        FROM ledger_settlement AS settlement
        JOIN ledger_openitem AS debit ON debit.id = settlement.debit_item_id
        JOIN ledger_openitem AS credit ON credit.id = settlement.credit_item_id
        LEFT JOIN ledger_settlementundo AS undo ON undo.settlement_id = settlement.id
        CROSS JOIN LATERAL (VALUES
            ('sides', 'debit, credit', debit.side || ', ' || credit.side),
            ('payers', settlement.payer_id || ', ' || settlement.payer_id, debit.payer_id || ', ' || credit.payer_id),
            ('companies', settlement.company_id || ', ' || settlement.company_id,
                debit.company_id || ', ' || credit.company_id),
            ('currencies', settlement.currency || ', ' || settlement.currency,
                debit.currency || ', ' || credit.currency),
            ('day', greatest(settlement."on", debit.posting_date, credit.posting_date)::text, settlement."on"::text),
            ('day of the undo', greatest(undo."on", settlement."on")::text,
                coalesce(undo."on", settlement."on")::text),
            ('difference', (settlement.debit_amount - settlement.credit_amount)::text,
                (settlement.discount + settlement.small_difference)::text),
            ('difference in company currency',
                (settlement.debit_company_amount - settlement.credit_company_amount)::text,
                (settlement.company_discount + settlement.company_small_difference
                    - settlement.exchange_difference)::text)
        ) AS test (what, expected, found)
        WHERE test.expected <> test.found
    """,
)

SETTLEMENTS_BOOKED = Check(
    name="ledger.settlements_booked",
    title="A settlement that moves the books has its entry, and its undo another one",
    rows="SELECT count(*) FROM ledger_settlement",
    differences="""
        WITH expected AS (
            SELECT settlement.*, debit.account_id <> credit.account_id
                OR (company_discount, company_small_difference, exchange_difference) <> (0, 0, 0) AS moves
            FROM ledger_settlement AS settlement
            JOIN ledger_openitem AS debit ON debit.id = settlement.debit_item_id
            JOIN ledger_openitem AS credit ON credit.id = settlement.credit_item_id
        ), booked AS (
            SELECT id, debit_item_id, company_id, moves, 'settlement ' || id AS what, "on" AS day, entry_id
            FROM expected
            UNION ALL
            SELECT expected.id, debit_item_id, company_id, moves, 'undo of settlement ' || expected.id, undo."on",
                undo.entry_id
            FROM expected JOIN ledger_settlementundo AS undo ON undo.settlement_id = expected.id
        )
        SELECT 'ledger.openitem' AS document_kind, booked.debit_item_id AS document_id, booked.what,
            CASE WHEN moves THEN 'entry on ' || booked.day ELSE 'no entry' END AS expected,
            coalesce('entry on ' || entry.posting_date, 'no entry') AS found, booked.company_id
        FROM booked LEFT JOIN ledger_journalentry AS entry ON entry.id = booked.entry_id
        WHERE moves AND entry.posting_date IS DISTINCT FROM booked.day
    """,
)

REVERSALS_MIRROR = Check(
    name="ledger.reversals_mirror",
    title="A reversal takes back what it reverses, account by account, once",
    rows="SELECT count(*) FROM ledger_journalentry WHERE reverses_id IS NOT NULL",
    differences="""
        WITH side AS (
            SELECT entry.id AS entry_id, entry.company_id, line.account_id, line.payer_id,
                sum(coalesce(line.debit, 0) - coalesce(line.credit, 0)) AS amount
            FROM ledger_journalentry AS entry
            JOIN ledger_journalline AS line ON line.entry_id IN (entry.id, entry.reverses_id)
            WHERE entry.reverses_id IS NOT NULL
            GROUP BY entry.id, entry.company_id, line.account_id, line.payer_id
        )
        SELECT 'ledger.journalentry' AS document_kind, entry_id AS document_id,
            'account ' || account.number AS what, '0' AS expected, side.amount::text AS found, side.company_id
        FROM side JOIN ledger_account AS account ON account.id = side.account_id WHERE side.amount <> 0
        UNION ALL
        SELECT 'ledger.journalentry', reverses_id, 'reversed more than once', '1', count(*)::text, min(company_id)
        FROM ledger_journalentry WHERE reverses_id IS NOT NULL GROUP BY reverses_id HAVING count(*) > 1
    """,
)

FACTS_HAVE_HISTORY = Check(
    name="ledger.item_history",
    title="The last change of an open item shows its facts as they are",
    rows="SELECT count(*) FROM ledger_openitemchange",
    differences="""
        SELECT 'ledger.openitem' AS document_kind, item.id AS document_id, 'facts' AS what,
            ROW(last.due_date, last.blocked_amount, last.block_reason, last.promised_date, last.promised_amount,
                last.dunning_level, last.dunned_on, last.earmark)::text AS expected,
            ROW(item.due_date, item.blocked_amount, item.block_reason, item.promised_date, item.promised_amount,
                item.dunning_level, item.dunned_on, item.earmark)::text AS found,
            item.company_id
        FROM (SELECT DISTINCT ON (item_id) * FROM ledger_openitemchange ORDER BY item_id, "on" DESC, id DESC) AS last
        JOIN ledger_openitem AS item ON item.id = last.item_id
        WHERE (last.due_date, last.blocked_amount, last.block_reason, last.promised_date, last.promised_amount,
                last.dunning_level, last.dunned_on, last.earmark)
            IS DISTINCT FROM
              (item.due_date, item.blocked_amount, item.block_reason, item.promised_date, item.promised_amount,
                item.dunning_level, item.dunned_on, item.earmark)
    """,
)

CHECKS = [
    ENTRIES_BALANCE,
    ENTRIES_COMPLETE,
    LINES_FIT,
    ENTRIES_IN_PERIOD,
    CLOSED_PERIODS,
    CONTROL_ACCOUNTS,
    TAX_ACCOUNTS,
    TAX_LINES_FIT,
    ITEMS_FROM_LINES,
    OPEN_AMOUNTS,
    OPEN_AS_OF,
    SETTLEMENTS_FIT,
    SETTLEMENTS_BOOKED,
    REVERSALS_MIRROR,
    FACTS_HAVE_HISTORY,
]

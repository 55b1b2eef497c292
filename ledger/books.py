"""The books of the companies that a set of drafts is for: accounts, journals and policies, read once a call."""

from collections.abc import Collection
from dataclasses import dataclass

from ledger.models import Account, Journal, LedgerPolicy


@dataclass(frozen=True)
class Books:
    """What posting must know of some companies; three queries, whatever the size of the set."""

    accounts: dict[tuple[int, str], Account]
    accounts_by_id: dict[int, Account]
    journals: dict[tuple[int, str], Journal]
    policies: dict[int, LedgerPolicy]

    @classmethod
    def of(cls, company_ids: Collection[int]) -> "Books":
        """Read the charts, journals and policies of these companies."""
        ids = sorted(set(company_ids))
        accounts = list(Account.objects.filter(company__in=ids))
        return cls(
            accounts={(account.company_id, account.number): account for account in accounts},
            accounts_by_id={account.pk: account for account in accounts},
            journals={(row.company_id, row.code): row for row in Journal.objects.filter(company__in=ids)},
            policies={row.company_id: row for row in LedgerPolicy.objects.filter(company__in=ids)},
        )

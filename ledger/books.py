"""The books of the companies that a set of drafts is for: accounts, journals and policies, read once a call."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from ledger.models import Account, Journal, LedgerPolicy


@dataclass(frozen=True)
class Books:
    """What posting must know of some companies; three queries, whatever the size of the set."""

    accounts: dict[tuple[int, str], Account]
    accounts_by_id: dict[int, Account]
    journals: dict[tuple[int, str], Journal]
    policies: dict[int, LedgerPolicy]

    @classmethod
    def of(cls, company_ids: Collection[int], numbers: Collection[str] = ()) -> "Books":
        """Read journals and policies of these companies, the accounts of their policies, and those of these numbers."""
        ids = sorted(set(company_ids))
        policies = list(LedgerPolicy.objects.filter(company__in=ids))
        named = {getattr(policy, f"{name}_id") for policy in policies for name in LedgerPolicy.ACCOUNTS}
        asked = Q(pk__in=named) | Q(company__in=ids, number__in=set(numbers))
        accounts = list(Account.objects.filter(asked))
        return cls(
            accounts={(account.company_id, account.number): account for account in accounts},
            accounts_by_id={account.pk: account for account in accounts},
            journals={(row.company_id, row.code): row for row in Journal.objects.filter(company__in=ids)},
            policies={policy.company_id: policy for policy in policies},
        )

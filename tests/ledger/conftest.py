"""A company that keeps books for two years, and a customer who buys from it."""

import pytest

from core.models import Company
from masterdata.models import Customer
from tests.ledger.factories import CustomerFactory, keep_books


@pytest.fixture
def books(company: Company) -> Company:
    """The company with its chart and open periods for 2025 and 2026."""
    return keep_books(company, 2025, 2026)


@pytest.fixture
def payer(books: Company) -> Customer:
    return CustomerFactory(company=books)


@pytest.fixture
def finance(user_as):
    """Somebody of finance, who may post, settle and close."""
    return user_as("finance")

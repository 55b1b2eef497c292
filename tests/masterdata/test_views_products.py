"""Pages of products: who may, what they show, what they refuse, and that they stay quick."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from core import clock
from masterdata import operations
from masterdata.models import CostMethod, Product
from tests.masterdata.factories import (
    PriceListFactory,
    PriceRowFactory,
    ProductFactory,
    ProductGroupFactory,
    ProductUnitFactory,
    UnitFactory,
)

MARCH_1 = date(2026, 3, 1)
LIST = "/products/"


@pytest.fixture
def keeper(client_as):
    """Administrators keep products."""
    return client_as("administrator")


@pytest.fixture
def product(company):
    found = ProductFactory(company=company, sku="85123A", name="White hanging heart")
    prices = PriceListFactory(company=company, name="Trade 2026", is_default=True)
    PriceRowFactory(price_list=prices, product=found, price=Decimal("2.55"))
    costs = {found.pk: Decimal("1.0425")}
    operations.record_costs(company, costs, on=date(2026, 1, 1), by=None, method=CostMethod.STANDARD)
    return found


def page(name, *args):
    return reverse(f"masterdata:{name}", args=args)


def whole_form(**changes):
    """What a browser sends when somebody takes a product into the range."""
    unit = UnitFactory()
    fields = {
        "client_key": str(uuid.uuid4()),
        "sku": "22423",
        "name": "Cakestand",
        "name_de": "Etagere",
        "kind": "stock",
        "status": "active",
        "base_unit": str(unit.pk),
        "tax_class": "standard",
        "tracking": "none",
        "minimum_life_days": "0",
        "over_delivery_percent": "0",
        "under_delivery_percent": "0",
        "cost-cost": "7.25",
        "cost-on": "2026-03-01",
    }
    return fields | changes


class TestList:
    def test_shows_products_with_cost_and_price(self, keeper, product):
        shown = keeper.get(LIST).content.decode()

        for text in ("85123A", "White hanging heart", "1.0425", "2.55"):
            assert text in shown

    def test_costs_are_for_those_who_may_see_them(self, client_as, product):
        shown = client_as("collector").get(LIST).content.decode()

        assert "2.55" in shown
        assert "1.0425" not in shown

    def test_the_warehouse_sees_products_but_no_money(self, client_as, product):
        shown = client_as("warehouse").get(LIST).content.decode()

        assert "85123A" in shown
        assert "2.55" not in shown
        assert "1.0425" not in shown

    def test_the_file_hides_costs_too(self, client_as, product):
        rows = b"".join(client_as("collector").get(LIST, {"export": "csv"}).streaming_content).decode()

        assert "85123A" in rows
        assert "1.0425" not in rows

    def test_filters_by_words_and_group(self, keeper, company, product):
        group = ProductGroupFactory(company=company)
        Product.objects.filter(pk=product.pk).update(group=group)
        ProductFactory(company=company, sku="OTHER")

        for query in ({"q": "hanging"}, {"group": group.pk}, {"q": "85123"}):
            shown = keeper.get(LIST, query).content.decode()
            assert "85123A" in shown
            assert "OTHER" not in shown

    def test_htmx_gets_only_the_listing(self, keeper, product):
        assert "<html" not in keeper.get(LIST, headers={"HX-Request": "true"}).content.decode()

    def test_queries_do_not_grow_with_the_rows(self, keeper, company, product, statements):
        keeper.get(LIST)
        one = statements(keeper.get, LIST)
        for _ in range(30):
            ProductFactory(company=company, group=ProductGroupFactory(company=company))

        assert statements(keeper.get, LIST) == one


class TestRights:
    @pytest.mark.parametrize(
        "name", ["product", "product_change", "product_timeline", "product_unit_add", "product_cost"]
    )
    def test_products_of_other_companies_do_not_exist(self, keeper, other_company, name):
        stranger = ProductFactory(company=other_company)

        assert keeper.get(page(name, stranger.pk)).status_code == 404

    @pytest.mark.parametrize("name", ["product_change", "product_unit_add", "product_cost"])
    def test_sales_look_but_do_not_change(self, client_as, product, name):
        sales = client_as("sales")

        assert sales.get(page("product", product.pk)).status_code == 200
        assert sales.get(page(name, product.pk)).status_code == 403
        assert sales.get(page("product_add")).status_code == 403

    def test_the_page_hides_prices_and_costs(self, client_as, product):
        shown = client_as("warehouse").get(page("product", product.pk)).content.decode()

        assert "Trade 2026" not in shown
        assert "1.0425" not in shown


class TestDetail:
    def test_shows_everything_about_a_product(self, keeper, product):
        ProductUnitFactory(product=product, factor=Decimal(12))

        shown = keeper.get(page("product", product.pk)).content.decode()

        for text in ("White hanging heart", "Trade 2026", "2.55", "1.0425", "Carton", "12"):
            assert text in shown

    def test_queries_do_not_grow_with_the_parts(self, keeper, product, statements):
        address = page("product", product.pk)

        def grow(size):
            for _ in range(size):
                prices = PriceListFactory(company=product.company)
                PriceRowFactory(price_list=prices, product=product)
            return statements(keeper.get, address)

        grow(1)
        assert grow(10) == grow(1)

    def test_the_timeline_tells_what_happened(self, keeper, company, clerk):
        unit = UnitFactory()
        facts = {"sku": "1", "name": "Cup", "base_unit": unit}
        made = operations.create_product(company, facts, by=clerk)

        assert "Taken into the range" in keeper.get(page("product_timeline", made.pk)).content.decode()


class TestTakingIn:
    def test_one_form_makes_a_product_with_its_cost(self, keeper, company):
        with clock.at(MARCH_1):
            response = keeper.post(page("product_add"), whole_form())

        product = Product.objects.get(sku="22423")
        assert response.url == page("product", product.pk)
        assert (product.company, product.names) == (company, {"de": "Etagere"})
        assert product.costs.get().cost == Decimal("7.25")

    def test_the_same_form_twice_makes_one_product(self, keeper):
        sent = whole_form()

        assert keeper.post(page("product_add"), sent).url == keeper.post(page("product_add"), sent).url
        assert Product.objects.count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("gtin", "4006381333932"),
            ("hs_code", "94"),
            ("weight_kg", "heavy"),
            ("cost-cost", "-1"),
            ("has_expiry", "on"),
        ],
    )
    def test_a_wrong_field_makes_nothing(self, keeper, company, field, value):
        response = keeper.post(page("product_add"), whole_form() | {field: value})

        assert response.status_code == 422
        assert Product.objects.count() == 0

    def test_a_gtin_of_a_carton_is_taken(self, keeper, product):
        ProductUnitFactory(product=product, gtin="4006381333931")

        response = keeper.post(page("product_add"), whole_form(gtin="4006381333931"))

        assert response.status_code == 422
        assert "belongs to" in response.content.decode()


class TestChanging:
    def sent(self, product, **changes):
        return whole_form(sku=product.sku, name=product.name, name_de="", version=product.version) | changes

    def test_saves_and_goes_back(self, keeper, product):
        response = keeper.post(page("product_change", product.pk), self.sent(product, name="Heart"))

        assert response.url == page("product", product.pk)
        product.refresh_from_db()
        assert (product.name, product.version) == ("Heart", 2)

    def test_the_base_unit_stays_whatever_is_sent(self, keeper, product):
        carton = UnitFactory(code="XCT")

        keeper.post(page("product_change", product.pk), self.sent(product, base_unit=carton.pk, name="Heart"))

        product.refresh_from_db()
        assert (product.base_unit.code, product.name) == ("H87", "Heart")

    def test_a_change_by_somebody_else_shows_both_values(self, keeper, product, clerk):
        operations.change_product(product.pk, {"name": "Theirs"}, version=1, by=clerk)

        response = keeper.post(page("product_change", product.pk), self.sent(product, name="Mine", version=1))

        assert response.status_code == 409
        assert "Theirs" in response.content.decode()
        assert Product.objects.get().name == "Theirs"

    def test_a_unit_is_added_and_changed(self, keeper, product):
        carton = UnitFactory(code="XCT")
        keeper.post(page("product_unit_add", product.pk), {"unit": carton.pk, "factor": "12", "is_sold": "on"})
        row = product.units.get()

        keeper.post(page("product_unit", product.pk, row.pk), {"unit": carton.pk, "factor": "24", "is_sold": "on"})

        row.refresh_from_db()
        assert row.factor == 24

    def test_a_cost_counts_from_its_day(self, keeper, product):
        keeper.post(page("product_cost", product.pk), {"cost": "1.10", "on": "2026-03-01"})

        assert [str(cost.cost) for cost in product.costs.order_by("valid_from")] == ["1.042500", "1.100000"]

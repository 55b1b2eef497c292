"""The import order is the order of the process; the contract names every package of the house."""

import tomllib

from django.conf import settings

from o2c.install import CHECKOUT


def contract():
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]


def test_the_contract_names_every_package_that_is_there():
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")} - {"tests"}

    assert set(contract()["root_packages"]) == packages
    assert set(contract()["contracts"][0]["layers"]) == packages


def test_apps_are_installed_in_the_order_of_the_contract():
    ours = [name for name in settings.INSTALLED_APPS if (CHECKOUT / name).is_dir()]

    assert ours == [name for name in reversed(contract()["contracts"][0]["layers"]) if name != "bench"]

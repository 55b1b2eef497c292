"""The watchers themselves: a barrier, a broken script or a page that is too wide is found."""

import pytest

from tests.browser.watch import Complaints, barriers, scrolls_sideways

pytestmark = pytest.mark.browser


def test_axe_finds_a_field_without_a_label(enter):
    tab = enter("/keys", role="sales")

    tab.evaluate("() => document.querySelector('main').append(document.createElement('input'))")

    assert any("label" in barrier for barrier in barriers(tab, "light"))


def test_axe_finds_pale_text_in_the_dark(enter):
    tab = enter("/keys", role="sales")

    tab.evaluate("() => { document.querySelector('h1').style.color = '#333' }")

    assert any("color-contrast" in barrier for barrier in barriers(tab, "dark"))


def test_a_page_that_is_too_wide_is_found(enter):
    tab = enter("/keys", role="sales")

    tab.evaluate("() => { document.querySelector('h1').style.minWidth = '3000px' }")

    assert len(scrolls_sideways(tab)) > 0


def test_an_inline_style_breaks_the_content_policy_and_is_heard(page, enter):
    complaints = Complaints(page)
    tab = enter("/keys", role="sales")

    tab.evaluate(
        "() => document.querySelector('main').insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')"
    )

    assert any("style-src" in complaint for complaint in complaints.found)

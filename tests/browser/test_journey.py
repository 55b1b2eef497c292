"""Hands on the keys: what people do with the shell and with lists all day."""

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from core.demo import PASSWORD

pytestmark = pytest.mark.browser

LIST = "/components/people"


def ticked(tab: Tab) -> int:
    return tab.locator("[data-pick]:checked").count()


def test_signing_in_leads_to_the_page_that_was_asked_for(page: Tab, house, db):
    page.goto(f"{house.url}/profile")
    page.get_by_label("User name or mail address").fill("sales")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{house.url}/profile")


def test_a_wrong_password_says_so_and_keeps_the_name(page: Tab, house, db):
    page.goto(f"{house.url}/login")
    page.get_by_label("User name or mail address").fill("nobody")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("alert")).to_contain_text("do not match")
    expect(page.get_by_label("User name or mail address")).to_have_value("nobody")


def test_slash_searches_and_g_w_leads_home(enter):
    tab = enter("/profile", role="sales")

    tab.keyboard.press("/")
    tab.keyboard.type("kettle")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search?q=kettle")
    tab.locator("h1").click()
    tab.keyboard.press("g")
    tab.keyboard.press("w")

    expect(tab.get_by_role("heading", level=1)).to_have_text("My work")


def test_question_mark_shows_the_keys_of_this_page(enter):
    tab = enter(LIST)

    tab.keyboard.press("?")

    expect(tab.get_by_role("dialog")).to_contain_text("Search everything")
    expect(tab.get_by_role("dialog").get_by_text("New")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("dialog")).to_have_count(0)


def test_keys_can_be_switched_off(enter):
    tab = enter("/profile", role="service")
    tab.get_by_label("Single keys do things").uncheck()
    tab.keyboard.press("Control+Enter")
    expect(tab.get_by_role("status")).to_contain_text("Saved")

    tab.locator("h1").click()
    tab.keyboard.press("/")

    expect(tab.get_by_label("Search everything")).not_to_be_focused()


def test_j_k_and_x_walk_and_tick(enter):
    tab = enter(LIST)

    for key in ["j", "j", "x", "j", "Shift+X"]:
        tab.keyboard.press(key)

    assert ticked(tab) == 2
    expect(tab.get_by_role("toolbar")).to_contain_text("2 selected")
    tab.keyboard.press("k")
    expect(tab.locator("tr.is-cursor")).to_have_count(1)
    tab.keyboard.press("Escape")
    assert ticked(tab) == 0
    expect(tab.get_by_role("toolbar")).to_have_count(0)


def test_enter_opens_the_row_under_the_keyboard(enter):
    tab = enter(LIST)

    tab.keyboard.press("j")
    first = tab.locator("tr.is-cursor a").inner_text()
    tab.keyboard.press("Enter")

    expect(tab.get_by_role("heading", level=1)).to_have_text(first)


def test_refused_rows_stay_ticked_and_say_why_below(enter):
    tab = enter(f"{LIST}?q=a")
    everybody = tab.locator("[data-pick]").count()

    tab.locator("[data-pick-all]").check()
    tab.keyboard.press("r")

    expect(tab.get_by_role("status")).to_contain_text(f"{everybody - 1} of {everybody} people greeted.")
    expect(tab.locator("tr.sub")).to_have_text("Not greeted. Ruth Mercer is you. Greet somebody else.")
    assert ticked(tab) == 1


def test_filtering_while_typing_replaces_the_rows_and_keeps_the_focus(enter):
    tab = enter(LIST)

    tab.keyboard.press("f")
    tab.keyboard.type("sales")

    expect(tab.locator("#list tbody tr")).to_have_count(1)
    expect(tab.locator("[data-filters] [name=q]")).to_be_focused()
    assert tab.url.endswith("?q=sales")


def test_a_chip_that_is_removed_is_gone_from_address_and_field(enter):
    tab = enter(f"{LIST}?language=en")

    tab.get_by_role("link", name="Language English").click()

    expect(tab.get_by_role("link", name="Language English")).to_have_count(0)
    assert "language" not in tab.url


def test_no_match_names_the_filter_to_blame(enter):
    tab = enter(f"{LIST}?q=sales&language=fr")

    tab.get_by_role("link", name="Remove “Language: Français”").click()

    expect(tab.locator("#list tbody tr")).to_have_count(1)


def test_a_dangerous_verb_asks_in_a_dialog_with_the_verb_on_its_button(enter):
    tab = enter("/components")

    tab.get_by_role("link", name="Reverse…").click()

    expect(tab.get_by_role("dialog")).to_contain_text("558.33 GBP")
    expect(tab.get_by_role("dialog").get_by_role("button", name="Reverse INV-2026-001043")).to_be_visible()
    tab.get_by_role("dialog").get_by_role("link", name="Keep it as it is").click()
    expect(tab.get_by_role("dialog")).to_have_count(0)


def test_a_panel_that_fails_says_so_in_its_place(enter):
    tab = enter("/components")

    expect(tab.get_by_text("Broken panel could not be loaded.")).to_be_visible()
    expect(tab.get_by_role("button", name="Try again")).to_be_visible()


def test_the_chosen_theme_is_there_before_the_first_paint(enter):
    tab = enter("/", role="collector")
    tab.emulate_media(color_scheme="light")

    tab.get_by_text("Daniel Osei").click()
    tab.get_by_role("button", name="Dark screen").click()

    expect(tab.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert 'data-bs-theme="dark"' in tab.context.request.get(tab.url).text()


def test_the_menu_unfolds_on_a_phone(enter):
    tab = enter("/")
    tab.set_viewport_size({"width": 390, "height": 844})

    tab.get_by_role("link", name="Menu").click()

    expect(tab.get_by_role("navigation", name="Main").get_by_role("link", name="My work")).to_be_visible()


def test_lists_and_dialogs_work_without_scripts(browser, house, db):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    house.let_in(tab, "administrator")

    tab.goto(f"{house.url}{LIST}")
    tab.get_by_label("Name").fill("finance")
    tab.get_by_label("Name").press("Enter")
    expect(tab.locator("#list tbody tr")).to_have_count(1)
    tab.get_by_role("checkbox", name="Select finance").check()
    tab.get_by_role("button", name="Greet r").click()

    expect(tab.get_by_role("status")).to_contain_text("1 people greeted.")
    context.close()

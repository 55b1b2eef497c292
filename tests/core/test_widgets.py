"""Selects written at once read exactly as Django's."""

import pytest
from django import forms
from django.test.html import parse_html

from core.widgets import plain

CHOICES = [("", "–"), ("a", "A & B"), ("Group", [("c", "<C>"), ("d", "D")])]


@pytest.mark.parametrize("value", ["", "a", "d", None, "unknown"])
@pytest.mark.parametrize("attrs", [{}, {"required": True, "disabled": False, "aria-label": 'Say "x"'}])
def test_a_plain_select_reads_as_the_one_it_replaces(value, attrs):
    select = forms.Select(attrs=attrs, choices=CHOICES)

    written = plain(select).render("where", value, {"id": "id_where"})

    assert parse_html(written) == parse_html(select.render("where", value, {"id": "id_where"}))

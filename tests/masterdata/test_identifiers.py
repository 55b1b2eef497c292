"""Numbers with check digits: what people type is compacted, what is mistyped is refused with an example."""

import csv

import pytest
from django.core.exceptions import ValidationError

from masterdata import identifiers


@pytest.mark.parametrize(
    ("check", "typed", "compact"),
    [
        (identifiers.vat_number, "de 136 695 976", "DE136695976"),
        (identifiers.vat_number, "GB 980 7806 84", "GB980780684"),
        (identifiers.vat_number, "NO 995 525 828 MVA", "NO995525828MVA"),
        (identifiers.vat_number, "CHE-107.787.577 MWST", "CHE107787577MWST"),
        (identifiers.vat_number, "EL 094259216", "EL094259216"),
        (identifiers.iban, "GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
        (identifiers.bic, "nwbkgb2l", "NWBKGB2L"),
        (identifiers.gtin, "4006381 333931", "4006381333931"),
        (identifiers.gtin, "96385074", "96385074"),
        (identifiers.gln, "4012345 00000 9", "4012345000009"),
        (identifiers.lei, "213800 KUD8LAJWSQ9D 15", "213800KUD8LAJWSQ9D15"),
    ],
)
def test_what_people_type_is_compacted(check, typed, compact):
    assert check(typed) == compact


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (identifiers.vat_number, "DE136695977"),
        (identifiers.vat_number, "GB980780685"),
        (identifiers.vat_number, "US123456789"),
        (identifiers.vat_number, ""),
        (identifiers.iban, "GB29NWBK60161331926818"),
        (identifiers.bic, "NWBK"),
        (identifiers.gtin, "4006381333932"),
        (identifiers.gln, "96385074"),
        (identifiers.lei, "213800KUD8LAJWSQ9D16"),
    ],
)
def test_what_is_mistyped_is_refused_with_an_example(check, wrong):
    with pytest.raises(ValidationError, match="One looks like"):
        check(wrong)


def test_a_stored_number_is_compact():
    identifiers.validate_iban("GB29NWBK60161331926819")

    with pytest.raises(ValidationError, match="without blanks"):
        identifiers.validate_iban("GB29 NWBK 6016 1331 9268 19")


def is_valid(check, text):
    try:
        return bool(check(text))
    except ValidationError:
        return False


@pytest.mark.parametrize(
    ("file", "check"),
    [
        ("identifiers/vat_ids.tsv", identifiers.vat_number),
        ("identifiers/ibans.tsv", identifiers.iban),
        ("barcodes/gs1/gtin_ean.tsv", identifiers.gtin),
    ],
)
def test_published_numbers_are_judged_as_published(reference_data, file, check):
    with reference_data(file).open() as rows:
        published = [(row["value"], row["valid"] == "1") for row in csv.DictReader(rows, delimiter="\t")]

    judged = [(text, is_valid(check, text)) for text, _ in published]

    assert len(judged) > 10
    assert judged == published

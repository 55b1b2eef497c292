"""The usual units of measure, by their codes in UN/ECE Recommendations 20 and 21."""

from masterdata.models import Unit

USUAL_UNITS = [
    ("H87", "piece", {"de": "Stück", "fr": "pièce"}, "pc", 0),
    ("PR", "pair", {"de": "Paar", "fr": "paire"}, "pr", 0),
    ("SET", "set", {"de": "Satz", "fr": "jeu"}, "set", 0),
    ("DZN", "dozen", {"de": "Dutzend", "fr": "douzaine"}, "dz", 0),
    ("XPK", "pack", {"de": "Packung", "fr": "paquet"}, "pk", 0),
    ("XBX", "box", {"de": "Schachtel", "fr": "boîte"}, "bx", 0),
    ("XCT", "carton", {"de": "Karton", "fr": "carton"}, "ctn", 0),
    ("XPX", "pallet", {"de": "Palette", "fr": "palette"}, "plt", 0),
    ("XRO", "roll", {"de": "Rolle", "fr": "rouleau"}, "rl", 0),
    ("KGM", "kilogram", {"de": "Kilogramm", "fr": "kilogramme"}, "kg", 3),
    ("GRM", "gram", {"de": "Gramm", "fr": "gramme"}, "g", 0),
    ("LTR", "litre", {"de": "Liter", "fr": "litre"}, "l", 3),
    ("MTR", "metre", {"de": "Meter", "fr": "mètre"}, "m", 2),
    ("MTK", "square metre", {"de": "Quadratmeter", "fr": "mètre carré"}, "m²", 2),
    ("HUR", "hour", {"de": "Stunde", "fr": "heure"}, "h", 2),
    ("DAY", "day", {"de": "Tag", "fr": "jour"}, "d", 2),
    ("C62", "one", {"de": "Einheit", "fr": "unité"}, "1", 4),
]


def set_up_units() -> dict[str, Unit]:
    """Store the usual units that are missing; returns all of these, by code."""
    Unit.objects.bulk_create(
        [
            Unit(code=code, name=name, names=names, symbol=symbol, decimals=decimals)
            for code, name, names, symbol, decimals in USUAL_UNITS
        ],
        ignore_conflicts=True,
    )
    return {unit.code: unit for unit in Unit.objects.filter(code__in=[usual[0] for usual in USUAL_UNITS])}

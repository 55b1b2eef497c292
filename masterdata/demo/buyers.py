"""The demo's customers: shops, chains and businesses of eight countries, all invented."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Buyer:
    """A customer of the demo: name, town, and what is particular about it."""

    name: str
    street: str
    postal_code: str
    city: str
    country: str = "GB"
    group: str = "GIFT"
    term: str = "NET30"
    parent: str = ""
    status: str = "business"
    options: dict[str, object] = field(default_factory=dict)


GROUPS = {
    "GIFT": "Gift shops",
    "GARDEN": "Garden centres",
    "DEPT": "Department stores",
    "MUSEUM": "Museums and attractions",
    "ONLINE": "Online retailers",
    "TRADE": "Distributors abroad",
    "PRIVATE": "Private customers",
}

ORDINALS = {"hearth": 100, "hearth-eu": 300}
"""Where each company's numbers begin."""

HEARTH_BUYERS = [
    Buyer(
        "Quayside Retail Group plc",
        "40 Baltic Road",
        "NE1 3DX",
        "Newcastle upon Tyne",
        group="DEPT",
        term="EOM15",
        options={"invoice_grouping": "monthly", "gets_statements": True, "needs_order_number": True},
    ),
    Buyer(
        "Quayside Gifts Durham",
        "12 Silver Street",
        "DH1 3RB",
        "Durham",
        group="DEPT",
        parent="Quayside Retail Group plc",
    ),
    Buyer("Quayside Gifts York", "5 Stonegate", "YO1 8AS", "York", group="DEPT", parent="Quayside Retail Group plc"),
    Buyer("Quayside Gifts Leeds", "88 Briggate", "LS1 6NP", "Leeds", group="DEPT", parent="Quayside Retail Group plc"),
    Buyer(
        "Quayside Gifts Whitby",
        "3 Church Street",
        "YO22 4BH",
        "Whitby",
        group="DEPT",
        parent="Quayside Retail Group plc",
    ),
    Buyer(
        "Greenfold Garden Centres Ltd",
        "Mill Lane",
        "GL7 1US",
        "Cirencester",
        group="GARDEN",
        term="NET60",
        options={"delivery_policy": "complete", "invoice_grouping": "weekly"},
    ),
    Buyer(
        "Greenfold Tetbury", "London Road", "GL8 8JG", "Tetbury", group="GARDEN", parent="Greenfold Garden Centres Ltd"
    ),
    Buyer("Greenfold Stroud", "Bath Road", "GL5 3TL", "Stroud", group="GARDEN", parent="Greenfold Garden Centres Ltd"),
    Buyer("Ashdown Nurseries", "Forest Row Road", "RH18 5JN", "Forest Row", group="GARDEN"),
    Buyer("Penhallow & Daughters", "7 Fore Street", "TR26 1HE", "St Ives"),
    Buyer("The Lamp Room", "21 North Laine", "BN1 1YE", "Brighton", term="DISC14"),
    Buyer("Harbour Lights Salcombe", "2 Island Street", "TQ8 8DP", "Salcombe"),
    Buyer("Foxglove & Fern", "14 Castle Street", "CB3 0AQ", "Cambridge", term="DISC14"),
    Buyer("Mackerel Sky Gifts", "9 Harbour Road", "EX12 2LT", "Seaton"),
    Buyer("Tidewrack Trading", "31 High Street", "IP15 5DL", "Aldeburgh"),
    Buyer("Bramble Cottage Crafts", "4 Market Place", "DL8 3RB", "Hawes", term="NET14"),
    Buyer("Larkrise Interiors", "56 George Street", "EH2 2LR", "Edinburgh", term="NET30"),
    Buyer("Glenmore Country Store", "Grampian Road", "PH22 1RH", "Aviemore", group="GIFT"),
    Buyer("Castle Rock Museum Shop", "Castlehill", "EH1 2NG", "Edinburgh", group="MUSEUM", term="EOM15"),
    Buyer(
        "National Lighthouse Trust",
        "Trinity Quay",
        "E14 9PT",
        "London",
        group="MUSEUM",
        options={"buyer_reference": "NLT-SHOP", "einvoice_format": "peppol", "endpoint_scheme": "0088"},
    ),
    Buyer("Ironbridge Visitor Centre", "The Wharfage", "TF8 7NJ", "Telford", group="MUSEUM"),
    Buyer("Seagrass Living", "18 Gloucester Road", "BS7 8AE", "Bristol", group="ONLINE", term="PREPAID"),
    Buyer("Parcel & Twine", "Unit 6 Albion Dock", "BS1 6UT", "Bristol", group="ONLINE", term="NET14"),
    Buyer(
        "HomeNest Online Ltd",
        "Salts Wharf",
        "BD17 7EF",
        "Shipley",
        group="ONLINE",
        term="DISC14",
        options={"einvoice_format": "peppol", "endpoint_scheme": "0088"},
    ),
    Buyer("Wren & Robin", "11 St Mary's Street", "PE9 2DE", "Stamford"),
    Buyer("Saltmarsh Stores", "The Quay", "NR23 1AT", "Wells-next-the-Sea", term="NET14"),
    Buyer("Old Forge Gallery", "Church Lane", "CA12 5JD", "Keswick"),
    Buyer("Dartside Deli", "24 Foss Street", "TQ6 9DR", "Dartmouth", term="DEPOSIT30"),
    Buyer("Thistle Down Trading", "3 Shore Street", "IV27 4RE", "Ullapool"),
    Buyer(
        "Peregrine Department Store",
        "100 Princesshay",
        "EX1 1GE",
        "Exeter",
        group="DEPT",
        term="HALVES",
        options={"delivery_policy": "complete", "needs_order_number": True, "minimum_life_days": 90},
    ),
    Buyer(
        "Counter sales United Kingdom",
        "1 Redcliffe Wharf",
        "BS1 6SR",
        "Bristol",
        group="PRIVATE",
        term="CASH",
        status="consumer",
        options={"gets_reminders": False},
    ),
    Buyer(
        "Eleanor Whitcombe", "17 Clifton Vale", "BS8 4PT", "Bristol", group="PRIVATE", term="CASH", status="consumer"
    ),
    Buyer("Fjord & Fjell AS", "Bryggen 21", "5003", "Bergen", "NO", "TRADE", "NET30"),
    Buyer("Nordlys Interiør AS", "Storgata 44", "9008", "Tromsø", "NO", "TRADE", "PREPAID"),
    Buyer("Nantucket Home Goods Inc.", "12 Straight Wharf", "02554", "Nantucket", "US", "TRADE", "NET60"),
    Buyer("Hudson Lane Mercantile LLC", "330 Warren Street", "12534", "Hudson", "US", "TRADE", "PREPAID"),
    Buyer("Puget Sound Gift Company", "85 Pike Street", "98101", "Seattle", "US", "TRADE", "DEPOSIT30"),
    Buyer("Alster Wohnen GmbH", "Jungfernstieg 30", "20354", "Hamburg", "DE", "TRADE", "NET30"),
    Buyer("Maison Bretonne SARL", "8 rue de Siam", "29200", "Brest", "FR", "TRADE", "NET30"),
]

EUROPE_BUYERS = [
    Buyer("Waterland Wonen BV", "Noordeinde 12", "1141 AM", "Monnickendam", "NL"),
    Buyer("De Vuurtoren Cadeaus", "Kerkplein 3", "1779 AZ", "Den Oever", "NL", term="NET14"),
    Buyer("Tuincentrum De Linde BV", "Lindelaan 80", "6573 CW", "Beek", "NL", "GARDEN", "DISC14"),
    Buyer("Museumwinkel Zuiderzee", "Wierdijk 18", "1601 LA", "Enkhuizen", "NL", "MUSEUM", "EOM15"),
    Buyer("Sanne de Boer", "Prinsengracht 401", "1016 HM", "Amsterdam", "NL", "PRIVATE", "CASH", status="consumer"),
    Buyer(
        "Nordlicht Handels AG",
        "Speicherstadt 7",
        "20457",
        "Hamburg",
        "DE",
        "DEPT",
        "EOM15",
        options={"invoice_grouping": "monthly", "einvoice_format": "factur_x", "gets_statements": True},
    ),
    Buyer("Nordlicht Bremen", "Böttcherstraße 4", "28195", "Bremen", "DE", "DEPT", parent="Nordlicht Handels AG"),
    Buyer("Nordlicht Lübeck", "Breite Straße 50", "23552", "Lübeck", "DE", "DEPT", parent="Nordlicht Handels AG"),
    Buyer("Kerzen Lindner e.K.", "Marktplatz 9", "91541", "Rothenburg", "DE", term="DISC14"),
    Buyer("Gartenwelt Rhein GmbH", "Uferweg 22", "50996", "Köln", "DE", "GARDEN", "NET30"),
    Buyer(
        "Stadtmuseum Meißen",
        "Heinrichsplatz 3",
        "01662",
        "Meißen",
        "DE",
        "MUSEUM",
        "NET30",
        options={"einvoice_format": "xrechnung", "buyer_reference": "14627140-ME01-59"},
    ),
    Buyer("Wohnfreude Online GmbH", "Lagerstraße 15", "04179", "Leipzig", "DE", "ONLINE", "NET14"),
    Buyer(
        "Kleine Werkstatt Hofer",
        "Dorfstraße 2",
        "83471",
        "Berchtesgaden",
        "DE",
        "GIFT",
        "NET14",
        options={"no_vat_id": True},
    ),
    Buyer("Anna Lindner", "Rosenweg 5", "81539", "München", "DE", "PRIVATE", "CASH", status="consumer"),
    Buyer("Comptoir des Îles SAS", "14 quai des Marans", "17000", "La Rochelle", "FR", term="NET30"),
    Buyer("Jardins d'Armor SARL", "Route de Paimpol", "22500", "Paimpol", "FR", "GARDEN", "EOM15"),
    Buyer("Papeterie Moreau", "27 rue Sainte-Catherine", "33000", "Bordeaux", "FR", term="DISC14"),
    Buyer("Galerie du Port SAS", "3 quai Courbet", "06230", "Villefranche", "FR", "MUSEUM", "HALVES"),
    Buyer("Huis Ten Duinen BVBA", "Zeedijk 110", "8300", "Knokke", "BE", term="NET30"),
    Buyer("Alpenglück Handels GmbH", "Getreidegasse 17", "5020", "Salzburg", "AT", term="NET30"),
    Buyer(
        "Consulate General of Norway", "Alexanderveld 2", "2585 DB", "Den Haag", "NL", "TRADE", "NET30", status="exempt"
    ),
    Buyer("Zürichsee Wohnkultur AG", "Seestrasse 90", "8002", "Zürich", "CH", "TRADE", "NET30"),
]

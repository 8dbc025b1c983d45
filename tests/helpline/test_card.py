"""A card that any telephone can read."""

from helpline.card import vcard


def test_a_card_holds_the_name_and_number_and_nothing_else() -> None:
    assert vcard("Elm Ward", "+442079460303").split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "N:Elm Ward;;;;",
        "FN:Elm Ward",
        "ORG:Elm Ward",
        "TEL;TYPE=VOICE:+442079460303",
        "END:VCARD",
        "",
    ]


def test_an_odd_name_breaks_no_line_and_no_letter() -> None:
    card = vcard("Łódź Road; and, " + "Żółw " * 20, "+442079460303")
    assert "FN:Łódź Road\\; and\\, Żółw" in card
    assert all(len(line.encode()) <= 75 for line in card.split("\r\n"))
    assert card.replace("\r\n ", "").count("Żółw") == 60

"""Importing: a group's own spreadsheet, whole or not at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from helpline import (
    config,
    importing_patterns,
    importing_people,
    importing_shifts,
    importing_streets,
    people,
    places,
    rota,
    slots,
)
from helpline.db import Database
from helpline.errors import HelplineError
from helpline.importing import NotImportedError
from helpline.importing_patterns import PATTERNS
from helpline.importing_people import PEOPLE
from helpline.importing_shifts import SHIFTS
from helpline.importing_streets import STREETS
from helpline.people import HatName, Person, Way
from helpline.places import Street
from helpline.rota import Shift
from helpline.spreadsheets import parse
from tests.builders import NOON, a_handler, find_street
from workers import command
from workers.importing import read

STREETS_CSV = "street,numbers,patch\nAcacia Road,,Acacia\nLarch Avenue,1-59,Elm\nLarch Avenue,60-,Meadow\n"
PEOPLE_CSV = (
    "name,phone,hats,patch,by,languages\n"
    "Hana Novak,07700 900101,handler and organiser,,,en cs\n"
    "Coral,07700 900201,coordinator,Acacia; Elm,text,\n"
    "Edith,020 7946 0211,deputy,Acacia,voice,en\n"
)


def streets(session: Session, text: str) -> str:
    return importing_streets.take(session, parse(text, STREETS, name="streets.csv").rows)


def folk(session: Session, text: str) -> str:
    return importing_people.take(session, parse(text, PEOPLE, name="people.csv").rows, at=NOON)


def shifts(session: Session, text: str) -> str:
    return importing_shifts.take(session, parse(text, SHIFTS, name="shifts.csv").rows, zone=config.current().zone)


def refused(take: object, session: Session, text: str) -> list[str]:
    with pytest.raises(NotImportedError) as refusal:
        take(session, text)  # type: ignore[operator]
    *lines, last = str(refusal.value).splitlines()
    assert last.startswith("Nothing was imported.")
    return lines


def person(session: Session, number: str) -> Person:
    found = people.find(session, number)
    assert found is not None
    return found


# Streets


def test_what_a_street_was_called_once_is_a_column_that_need_not_be_there(session: Session) -> None:
    streets(session, "street,patch,also\nMill Way,Elm,Old Mill Lane; The Cut\nElm Walk,Elm,\n")
    assert [one.others for one in places.names(session)] == [("Old Mill Lane", "The Cut"), ()]
    streets(session, "street,patch\nMill Way,Elm\n")
    assert places.names(session)[0].others == ("Old Mill Lane", "The Cut"), (
        "a table without the column says nothing of it"
    )
    assert refused(streets, session, f"street,patch,also\nMill Way,Elm,{'a' * 241}\n")


def test_streets_are_taken_with_their_patches(session: Session) -> None:
    assert streets(session, STREETS_CSV) == "2 streets in 3 patches read: 2 new."
    larch = find_street(session, "Larch Avenue")
    assert larch is not None
    assert [places.patch_for(larch, house).name for house in ("7", "59a", "60", "Flat 2, 101")] == [
        "Elm",
        "Elm",
        "Meadow",
        "Meadow",
    ]


def test_the_same_streets_again_change_nothing(session: Session) -> None:
    streets(session, STREETS_CSV)
    before = [(one.id, [stretch.id for stretch in one.stretches]) for one in places.all_streets(session)]
    assert streets(session, STREETS_CSV) == "2 streets in 3 patches read: 0 new."
    session.expire_all()
    assert [(one.id, [stretch.id for stretch in one.stretches]) for one in places.all_streets(session)] == before


def test_a_street_moves_to_another_patch_and_the_others_stay(session: Session) -> None:
    streets(session, STREETS_CSV)
    assert streets(session, "street,patch\nacacia road,The Groves\n") == "1 street in 1 patch read: 0 new, 1 changed."
    session.expire_all()
    by_name = {one.name: [stretch.patch.name for stretch in one.stretches] for one in places.all_streets(session)}
    assert by_name == {"Acacia Road": ["The Groves"], "Larch Avenue": ["Elm", "Meadow"]}


def test_two_patches_cannot_both_have_the_same_houses(session: Session) -> None:
    text = "street,numbers,patch\nElm Walk,1-49 odd,Elm\nElm Walk,2-48 even,Hawthorn\nelm walk,25-73 odd,Acacia\n"
    assert refused(streets, session, text) == [
        "line 4: elm walk is split twice: line 2 gives some of these houses to Elm."
    ]


@pytest.mark.parametrize(
    ("first", "second"), [("", ""), ("1-49", "1-49"), ("1-49", "30-100"), ("even", "even"), ("10-", "5-20"), ("7", "7")]
)
def test_what_counts_as_the_same_houses(session: Session, first: str, second: str) -> None:
    assert len(refused(streets, session, f"street,numbers,patch\nElm Walk,{first},Elm\nElm Walk,{second},Oak\n")) == 1


@pytest.mark.parametrize(
    ("whole", "part", "house"),
    [("", "60-80", "61"), ("", "even", "8"), ("1-99 odd", "40-50", "41"), ("", "50-", "50"), ("odd", "1-20", "7")],
)
def test_a_stretch_within_another_is_a_block_of_its_own(session: Session, whole: str, part: str, house: str) -> None:
    streets(session, f"street,numbers,patch\nElm Walk,{whole},Elm\nElm Walk,{part},The Flats\n")
    street = find_street(session, "Elm Walk")
    assert street is not None
    patch = places.patch_for(street, house)
    assert patch is not None
    assert patch.name == "The Flats"


def test_a_house_by_its_name_is_imported_once_and_is_in_one_patch_alone(session: Session) -> None:
    text = 'street,numbers,patch\nAcacia Road,,Street\nAcacia Road,"Rose Court, 2-8 even",Court\n'
    assert streets(session, text) == "1 street in 2 patches read: 1 new."
    assert streets(session, text) == "1 street in 2 patches read: 0 new."
    street = find_street(session, "Acacia Road")
    assert street is not None
    found = [places.patch_for(street, house) for house in ("Flat 2, Rose Court", "4", "12")]
    assert [patch.name for patch in found if patch] == ["Court", "Court", "Street"]
    assert refused(streets, session, text + "Acacia Road,The rose ct.,Street\n") == [
        "line 4: Acacia Road is split twice: line 3 gives some of these houses to Court."
    ]


def test_every_bad_line_is_named_and_nothing_is_taken(session: Session) -> None:
    text = f"street,numbers,patch\nA,,\nB,9-1,P\n,,P\nC,all of it,P\nD,,P\n{'E' * 81},,P\nF,1,2,P\n"
    assert refused(streets, session, text) == [
        "line 2: The patch is missing.",
        "line 3: House numbers “9-1” run backwards.",
        "line 4: The street is missing.",
        "line 5: House numbers “all of it” cannot be understood; write them like 1-49 odd, or a name like Rose Court.",
        "line 7: The street is longer than 80 letters.",
        "line 8: There are more cells than columns; a cell with a comma in it needs quotation marks around it.",
    ]


# People


def test_people_are_taken_with_their_hats(session: Session) -> None:
    streets(session, STREETS_CSV)
    assert folk(session, PEOPLE_CSV) == "3 people read: 3 new."
    hana, edith = person(session, "+447700900101"), person(session, "+442079460211")
    assert {hat.name for hat in hana.hats} == {HatName.HANDLER, HatName.ORGANISER}
    assert (hana.by, hana.languages, edith.by) == (Way.TEXT, "en cs", Way.VOICE)
    acacia = session.scalar(select(places.Patch).where(places.Patch.name == "Acacia"))
    assert acacia is not None
    assert [hat.person.name for hat in people.ladder_of(session, acacia.id)] == ["Coral", "Edith"]


def test_the_same_people_again_change_nothing(session: Session) -> None:
    streets(session, STREETS_CSV)
    folk(session, PEOPLE_CSV)
    assert folk(session, PEOPLE_CSV) == "3 people read: 0 new."
    assert session.scalar(select(func.count(Person.id))) == 3
    assert session.scalar(select(func.count(people.Hat.id))) == 5


def test_a_new_name_patch_and_way_apply(session: Session) -> None:
    streets(session, STREETS_CSV)
    folk(session, PEOPLE_CSV)
    changed = "name,phone,hats,patch,by\nCoral Baptiste,+44 7700 900201,coordinator,meadow,WhatsApp\n"
    assert folk(session, changed) == "1 person read: 0 new, 1 changed."
    session.flush()
    session.expire_all()
    coral = person(session, "+447700900201")
    patches = [session.get_one(places.Patch, hat.patch_id).name for hat in coral.hats]
    assert (coral.name, coral.by, patches) == ("Coral Baptiste", Way.WHATSAPP, ["Meadow"])


def test_a_column_that_is_not_there_leaves_what_is_known(session: Session) -> None:
    streets(session, STREETS_CSV)
    folk(session, PEOPLE_CSV)
    assert folk(session, "name,phone,hats\nHana Novak,07700 900101,handler organiser\n") == "1 person read: 0 new."
    assert person(session, "+447700900101").languages == "en cs"


def test_one_person_may_stand_on_several_lines(session: Session) -> None:
    streets(session, STREETS_CSV)
    text = "name,phone,hats,patch\nPriti,07700900108,handler,\nPriti,07700 900108,deputy,Acacia\n"
    assert folk(session, text) == "1 person read: 1 new."
    assert [hat.name for hat in person(session, "+447700900108").hats] == [HatName.HANDLER, HatName.DEPUTY]


def test_every_person_who_cannot_be_understood_is_named(session: Session) -> None:
    streets(session, STREETS_CSV)
    text = (
        "name,phone,hats,patch,by,languages\n"
        "A,0770,handler,,,\n"
        ",07700 900102,handler,,,\n"
        "C,07700 900103,captain,,,\n"
        "D,07700 900104,coordinator,,,\n"
        "E,07700 900105,coordinator,Akacia,,\n"
        "F,07700 900106,handler,,pigeon,\n"
        "G,07700 900107,handler,,,English\n"
        "H,07700 900108,coordinator; deputy,Elm,,\n"
        "I,07700 900109,handler,,,\n"
        "J,07700 900109,handler,,,\n"
        "K,anonymous,,,,\n"
    )
    assert refused(folk, session, text) == [
        "line 2: “0770” is not a telephone number.",
        "line 3: The name is missing.",
        "line 4: “captain” is not a hat; write handler, organiser, coordinator, deputy or neighbour.",
        "line 5: A coordinator needs a patch.",
        "line 6: There is no patch called “Akacia”; import the streets first.",
        "line 7: “pigeon” is not a way to be asked; write text, whatsapp or voice.",
        "line 8: “English” is not languages; write their short names, like en pl.",
        "line 9: Write coordinator and deputy on two lines, each with its patch.",
        "line 11: Line 10 says something else of the same number.",
        "line 12: “anonymous” is not a telephone number.",
    ]


# Shifts


@pytest.fixture
def hana(session: Session) -> Person:
    folk(session, "name,phone,hats\nHana,07700 900101,handler\nRita,020 7946 0118,\n")
    return person(session, "+447700900101")


def test_shifts_are_local_time_across_a_clock_change(session: Session, hana: Person) -> None:
    text = (
        "phone,start,end\n07700 900101,2026-10-24 22:00,2026-10-25 07:00\n07700 900101,27/03/2027 22:00,28/03/27 7 am\n"
    )
    assert shifts(session, text) == "2 shifts read: 2 new."
    autumn, spring = session.scalars(select(Shift).order_by(Shift.starts_at))
    assert (autumn.starts_at, autumn.ends_at) == (
        datetime(2026, 10, 24, 21, tzinfo=UTC),
        datetime(2026, 10, 25, 7, tzinfo=UTC),
    )
    assert (spring.starts_at, spring.ends_at) == (
        datetime(2027, 3, 27, 22, tzinfo=UTC),
        datetime(2027, 3, 28, 6, tzinfo=UTC),
    )


def test_a_whole_day_is_taken_also_when_it_is_an_hour_longer(session: Session, hana: Person) -> None:
    text = "phone,start,end\n07700 900101,2026-10-24 12:00,2026-10-25 12:00\n"
    assert shifts(session, text) == "1 shift read: 1 new."


def test_the_same_shifts_again_change_nothing(session: Session, hana: Person) -> None:
    text = "phone,start,end\n07700 900101,2026-11-23 10:00,2026-11-23 13:00\n"
    shifts(session, text)
    assert shifts(session, text) == "1 shift read: 0 new."
    assert session.scalar(select(func.count(Shift.id))) == 1


def test_every_shift_that_cannot_be_is_named(session: Session, hana: Person) -> None:
    rota.write(
        session, hana, starts_at=datetime(2026, 12, 1, 10, tzinfo=UTC), ends_at=datetime(2026, 12, 1, 13, tzinfo=UTC)
    )
    text = (
        "phone,start,end\n"
        "07700 900101,2027-03-28 01:30,2027-03-28 04:00\n"
        "07700 900101,2026-11-23 10:00,2026-11-23 13:00\n"
        "07700 900101,2026-11-23 12:59,2026-11-23 14:00\n"
        "07700 900101,2026-11-23 13:00,2026-11-23 12:00\n"
        "07700 900101,2026-12-01 12:00,2026-12-01 14:00\n"
        "07700 900101,11/23/2026 10:00,11/23/2026 11:00\n"
        "07700 900101,tomorrow,never\n"
        "020 7946 0118,2026-11-23 10:00,2026-11-23 13:00\n"
        "07700 900101,2026-11-24 10:00,2026-12-24 13:00\n"
        "07700 900101,2026-11-24,2026-11-25\n"
        "07700 900101,2026-11-23 13:00,2026-11-23 14:00\n"
    )
    assert refused(shifts, session, text) == [
        "line 2: There is no 01:30 on 28 March 2027: the clocks go forward over it.",
        "line 4: The shift overlaps the same person's on line 3.",
        "line 5: The shift ends before it starts.",
        "line 6: They already have a shift at that time.",
        "line 7: There is no “11/23/2026 10:00”; the day comes before the month.",
        "line 8: “tomorrow” is not a day and time; write it like 2026-11-23 10:00.",
        "line 9: “020 7946 0118” is not a handler's number; import the people first.",
        "line 10: The shift is 30\N{NO-BREAK SPACE}days long; is the end on the right day?",
        "line 11: “2026-11-24” is not a day and time; write it like 2026-11-23 10:00.",
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-23 10:00", (2026, 11, 23, 10, 0)),
        ("2026-11-23T10:00:00", (2026, 11, 23, 10, 0)),
        ("23/11/2026 10:00", (2026, 11, 23, 10, 0)),
        ("3/4/26 9:05", (2026, 4, 3, 9, 5)),
        ("23.11.2026 10.30", (2026, 11, 23, 10, 30)),
        ("23-11-2026 12:15 pm", (2026, 11, 23, 12, 15)),
        ("23/11/2026 12 am", (2026, 11, 23, 0, 0)),
        ("23/11/2026, 7PM", (2026, 11, 23, 19, 0)),
        ("31/12/2026 24:00", (2027, 1, 1, 0, 0)),
    ],
)
def test_times_are_read_as_spreadsheets_write_them(written: str, meant: tuple[int, int, int, int, int]) -> None:
    assert importing_shifts.read_time(written) == datetime(*meant)  # noqa: DTZ001


@pytest.mark.parametrize(
    "written",
    ["", "10:00", "2026-11-23 10", "2026-11-23 25:00", "2026-02-30 10:00", "23/11/2026 13 pm", "2026-11-23 10:61"],
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(HelplineError):
        importing_shifts.read_time(written)


# Files


@pytest.mark.parametrize("alphabet", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_spreadsheets_csv_is_read(tmp_path: Path, alphabet: str, separator: str) -> None:
    file = tmp_path / "people.csv"
    text = "\n PHONE | Name |notes|Hats\n\n07700 900101|Zoë “Zo” O'Hara|x|handler\n||| \n".replace("|", separator)
    file.write_bytes(text.encode(alphabet))
    table = read(file, PEOPLE)
    assert [(row.line, row["name"], row["phone"]) for row in table.rows] == [(4, "Zoë “Zo” O'Hara", "07700 900101")]
    assert table.unused == ["notes"]


def test_a_cell_of_two_lines_does_not_disturb_the_line_numbers() -> None:
    text = 'street,patch,numbers\r\nA,"P\nQ","1-9, 11"\r\nB,R,\r\n'
    assert [(row.line, row["patch"], row["numbers"]) for row in parse(text, STREETS, name="x").rows] == [
        (2, "P Q", "1-9, 11"),
        (4, "R", ""),
    ]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"name,hats\nHana,handler\n", "has no column called phone. Its first line must name the columns"),
        (b"name,phone,Phone,hats\n", "has two columns called phone"),
        (b"PK\x03\x04rest", "is a workbook"),
        (b'name,phone,hats\n"Hana,07700\n', "line 2: unexpected end of data"),
        (b"name,phone,hats\nHan\x81a\xff,1,2\n", "is not a text we can read"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(tmp_path: Path, raw: bytes, why: str) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(raw)
    with pytest.raises(HelplineError, match=r"people\.csv") as refusal:
        read(file, PEOPLE)
    assert why in str(refusal.value)


# The command


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.chdir(tmp_path)
    given = {
        "DATABASE_URL": database.url,
        "SECRET_KEY": config.current().secret_key,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "made up",
        "HELPLINE_NUMBER": "+442079460303",
        "FALLBACK_NUMBER": "+442079460999",
    }

    def run(*words: str, **changes: str) -> Result:
        return CliRunner().invoke(command.app, list(words), env={**given, **changes})

    return run


def test_the_command_imports_a_whole_group(run: object, database: Database, tmp_path: Path) -> None:
    for name, text in (
        ("streets", STREETS_CSV),
        ("people", PEOPLE_CSV),
        ("shifts", "phone,start,end,who\n07700 900101,2026-11-23 10:00,2026-11-23 13:00,Hana\n"),
    ):
        (tmp_path / f"{name}.csv").write_text(text)
        done = run("import", name, f"{name}.csv")  # type: ignore[operator]
        assert (done.exit_code, done.stderr) == (0, ""), done.output
    assert done.stdout == "Not used: who.\n1 shift read: 1 new.\n"
    with database.reading() as session:
        assert session.scalar(select(func.count(Shift.id))) == 1


def test_one_bad_line_and_nothing_is_imported(run: object, database: Database, tmp_path: Path) -> None:
    (tmp_path / "streets.csv").write_text(STREETS_CSV + "Elm Walk,,\n")
    done = run("import", "streets", "streets.csv")  # type: ignore[operator]
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith("line 5: The patch is missing.\nNothing was imported.")
    with database.reading() as session:
        assert session.scalar(select(func.count(Street.id))) == 0


def test_what_is_refused_is_a_sentence_and_no_traceback(run: object) -> None:
    for words, changes, why in (
        (["import", "streets", "nowhere.csv"], {}, "nowhere.csv cannot be read: No such file or directory."),
        (["migrate"], {"SECRET_KEY": "short"}, "SECRET_KEY needs one or more keys"),
        (["demo-data"], {"DATABASE_URL": "sqlite:///empty.db"}, "The database refused: no such table"),
    ):
        done = run(*words, **changes)  # type: ignore[operator]
        assert done.exit_code == 1
        assert why in done.stderr
        assert "Traceback" not in done.output


def test_migrating_makes_the_database_and_its_folder_from_anywhere(run: object, tmp_path: Path) -> None:
    for _ in range(2):
        done = run("migrate", DATABASE_URL="sqlite:///var/made.db")  # type: ignore[operator]
        assert (done.exit_code, done.stdout) == (0, "The database is up to date.\n"), done.output
    made = Database(f"sqlite:///{tmp_path}/var/made.db")
    with made.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 0
    made.close()


# Times of the week


def take_patterns(session: Session, text: str, at: datetime = NOON) -> str:
    rows = parse(text, PATTERNS, name="patterns.csv").rows
    return importing_patterns.take(session, rows, zone=config.current().zone, at=at)


def test_a_time_of_the_week_that_began_long_ago_is_the_same_time_still(session: Session) -> None:
    table = "day,start,end,first\nFriday,4 pm,7 pm,2026-11-20\n"
    assert take_patterns(session, table) == "1 time of the week read: 1 new."
    assert take_patterns(session, table, at=NOON + timedelta(days=800)) == "1 time of the week read: 0 new."
    later = refused(take_patterns, session, table.replace("2026-11-20", "2029-11-20"))
    assert later == ["line 2: The first day is more than two years away."]


def test_times_of_the_week_are_taken_with_those_who_keep_them_and_once(session: Session) -> None:
    hana = a_handler(session, "Hana", on_shift=False, phone="+447700900101")
    table = "day,start,end,least,most,phones\nFriday,4 pm,7 pm,2,3,07700 900101\nsat,22:00,06:00,1,,\n"
    assert take_patterns(session, table) == "2 times of the week read: 2 new."
    assert take_patterns(session, table) == "2 times of the week read: 0 new."
    assert len(rota.between(session, NOON, NOON + timedelta(days=57))) == 8
    assert take_patterns(session, table.replace("2,3", "2,4")) == "2 times of the week read: 0 new, 1 changed."
    (friday, night) = slots.between(session, NOON, NOON + timedelta(days=3))
    assert (friday.least, friday.most, night.ends_at - night.starts_at) == (2, 4, timedelta(hours=8))
    # A shift that falls into one of them is its shift.
    at = f"{friday.starts_at:%Y-%m-%d}"
    bea = a_handler(session, "Bea", on_shift=False, phone="+447700900103")
    shifts(session, f"phone,start,end\n07700 900103,{at} 17:00,{at} 19:00\n")
    assert [shift.person for shift in rota.down_for(session, [friday])[friday.id]] == [hana, bea]


def test_every_time_of_the_week_that_cannot_be_is_named(session: Session) -> None:
    a_handler(session, "Hana", on_shift=False, phone="+447700900101")
    lines = [
        "Someday,4 pm,7 pm,1,2,",
        "Friday,4,7 pm,1,2,",
        "Friday,4 pm,7 pm,three,2,",
        "Friday,4 pm,7 pm,3,2,",
        "Friday,4 pm,7 pm,1,2,07700 900999",
        "Monday,1 pm,4 pm,1,2,07700 900101",
        "Monday,1 pm,4 pm,1,2,",
        "Monday,3 pm,5 pm,1,2,07700 900101",
    ]
    said = refused(take_patterns, session, "day,start,end,least,most,phones\n" + "\n".join(lines))
    assert said == [
        "line 2: “Someday” is not a day of the week; write it like Friday.",
        "line 3: Say am or pm: “4 am” or “4 pm”.",
        "line 4: “three” is not a number of handlers.",
        "line 5: At most cannot be fewer than at least.",
        "line 6: “07700 900999” is not a handler's number; import the people first.",
        "line 8: The same time stands on line 7.",
        "line 9: “07700 900101” has another shift then, or it is full.",
    ]

"""A group says it in its own words, in its own voice, and in its residents' languages; and what can go wrong with each."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select

from helpline import config, languages, people, prompts, rota, script
from helpline.calls import Call, Ending
from helpline.db import Database
from helpline.desk_items import DeskItem
from helpline.errands import Errand, ErrandKind, ErrandState
from helpline.history import Event
from helpline.languages import KNOWN
from helpline.people import HatName, Person
from helpline.rings import R, Ring
from simulator import WireAnswer
from simulator.handset import PhoneCall
from tests import builders
from tests.builders import NOON
from tests.conftest import settings_for
from tests.recordings import mp3, wav
from tests.stories.evening import Browser, Doors, Evening

RITA = "+442079460118"
GREETING = "/settings/prompts/en/greeting"


def an_organiser(database: Database) -> Person:
    with database.transaction() as session:
        olga = builders.a_handler(session, "Olga Marin")
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
    return olga


def switched_on(database: Database, code: str, who: Person) -> None:
    with database.transaction() as session:
        language = languages.begin(session, code, who=who, at=NOON)
        for number, sentence in enumerate(prompts.needed(code)):
            if KNOWN[code].voice is None:
                prompts.keep_sound(session, sentence, code, wav(2, mark=number), read=False, who=who, at=NOON)
            prompts.mark_read(session, sentence, code, who=who, at=NOON)
        prompts.switch_on(session, language, who=who, at=NOON)


def send(desk: Browser, path: str, data: bytes, **fields: str) -> int:
    answer = desk.evening.doors.ask(
        "POST",
        f"{desk.evening.settings.dashboard_url}{path}/recording",
        cookies=desk.cookies,
        data={"csrf": desk.csrf(path), **fields},
        files={"recording": ("greeting", data)},
    )
    return answer.status_code


class WithoutSounds:
    """A wire on which every sound is lost."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors

    def post(
        self,
        url: str,
        form: list[tuple[str, str]],
        headers: Mapping[str, str],
        method: str = "POST",
        timeout: float = 15,
    ) -> WireAnswer:
        if "/ivr/sounds/" in url:
            return WireAnswer(404, "", b"")
        return self.doors.post(url, form, headers, method, timeout)


def plays(call: PhoneCall) -> int:
    return sum("(plays " in line for line in call.transcript)


def test_the_greeting_changed_on_the_page_is_heard(line: Evening, database: Database) -> None:
    desk = line.desk(an_organiser(database))
    desk.post(f"{GREETING}/words", {"words": "Good day, the neighbours of {group}."}, on=GREETING)
    call = line.phone(RITA, "Rita").dial()
    call.hears("Good day, the neighbours of Larkfield Neighbours. If somebody's life is in danger").hears("press 1")


def test_words_that_cannot_stand_are_shown_again_and_not_heard(line: Evening, database: Database) -> None:
    desk = line.desk(an_organiser(database))
    emergency = "/settings/prompts/en/emergency"
    answer = desk.post(f"{emergency}/words", {"words": "If you are in danger, say so."}, on=emergency)
    assert answer.status_code == 422
    assert "999 is missing" in answer.text
    assert "If you are in danger, say so." in answer.text
    line.phone(RITA, "Rita").dial().hears("hang up and dial 999")


@pytest.mark.parametrize("data", [wav(4), mp3(4)], ids=["wav", "mp3"])
def test_a_recording_that_was_sent_is_played_and_the_999_sentence_follows(
    line: Evening, database: Database, data: bytes
) -> None:
    desk = line.desk(an_organiser(database))
    assert send(desk, GREETING, data) == 303
    call = line.phone(RITA, "Rita").dial().hears("(plays http://127.0.0.1:8001/ivr/sounds/")
    call.hears("dial 999").hears("press 1")
    assert desk.get(f"{GREETING}/sound").content == data


@pytest.mark.parametrize("data", [b"", b"not a sound", wav(4)[:-5000], wav(3, silent=True)])
def test_what_cannot_be_played_is_refused_and_the_words_stay(line: Evening, database: Database, data: bytes) -> None:
    desk = line.desk(an_organiser(database))
    assert send(desk, GREETING, data) == 422
    call = line.phone(RITA, "Rita").dial().hears("this is Larkfield Neighbours")
    assert plays(call) == 0


def test_when_a_recording_cannot_be_fetched_the_999_sentence_is_still_heard(line: Evening, database: Database) -> None:
    desk = line.desk(an_organiser(database))
    assert send(desk, "/settings/prompts/en/emergency", wav(4)) == 303
    line.exchange.wire = WithoutSounds(line.doors)
    line.phone(RITA, "Rita").dial().hears("this is Larkfield").hears("life is in danger, hang up and dial 999")
    assert line.exchange.forgive(11200)


def test_a_sentence_is_said_by_telephone_heard_back_said_again_and_kept(line: Evening, database: Database) -> None:
    olga = an_organiser(database)
    desk = line.desk(olga)
    desk.post(f"{GREETING}/ring", {}, on=GREETING)
    leg = line.phone(olga).rings(within=10).hears("To say your sentence for callers, press 1").press("1")
    leg.hears("after the tone").hears("(beep)").speaks(3, "Hello, hrm").press("#")
    leg.hears("This is how it sounds", limit=20).hears("(plays ").hears("To keep it, press 1").press("2")
    leg.hears("(beep)").speaks(5, "Hello, this is Olga").press("#")
    leg.hears("This is how it sounds", limit=20).hears("(plays ").hears("To keep it, press 1").press("1")
    leg.hears("Thank you, it is kept").until_ended()
    line.clock.advance(15)
    assert line.exchange.recordings == [], "neither recording is left at the carrier"
    with line.read() as session:
        person = session.get_one(Person, olga.id)
        assert (person.misses, person.paused_at, person.last_answered_at) == (0, None, None)
        assert session.scalars(select(DeskItem)).all() == []
        done = session.scalars(select(Errand.state).where(Errand.kind == ErrandKind.FETCH_RECORDING)).all()
        assert done == [ErrandState.DONE, ErrandState.DONE]
    call = line.phone(RITA, "Rita").dial().hears("(plays ").hears("dial 999")
    leg = line.phone(olga).rings(within=30).hears("Press 1 to take it").press("1")
    call.hears("You are through to Olga")


def test_a_handset_left_off_the_hook_is_told_goodbye(line: Evening, database: Database) -> None:
    olga = an_organiser(database)
    line.desk(olga).post(f"{GREETING}/ring", {}, on=GREETING)
    leg = line.phone(olga).rings(within=10).hears("press 1").press("1")
    leg.hears("(beep)").hears("We did not hear anything").hears("We did not hear anything")
    leg.hears("It is not kept, and nothing has changed").until_ended()


def test_a_phone_that_is_not_answered_or_presses_nothing_changes_nothing(line: Evening, database: Database) -> None:
    olga = an_organiser(database)
    desk = line.desk(olga)
    for behaviour in ("no answer", "answerphone", "busy", "answerphone"):
        line.phone(olga).behaves(behaviour)
        desk.post(f"{GREETING}/ring", {}, on=GREETING)
        line.clock.advance(70)
    with line.read() as session:
        states = list(session.scalars(select(Ring.state)))
        person = session.get_one(Person, olga.id)
    assert len(states) == 4
    assert set(states) <= {R.MISSED, R.DECLINED}
    assert (person.misses, person.paused_at) == (0, None)
    line.phone(RITA, "Rita").dial().hears("this is Larkfield Neighbours")


def test_each_page_asked_twice_keeps_one_sentence(line: Evening, database: Database) -> None:
    olga = an_organiser(database)
    line.exchange.weather.turns("repeated")
    line.desk(olga).post(f"{GREETING}/ring", {}, on=GREETING)
    leg = line.phone(olga).rings(within=10).hears("press 1").press("1").hears("(beep)").speaks(3, "Hello").press("#")
    leg.hears("This is how it sounds", limit=20).hears("To keep it, press 1").press("1")
    leg.hears("Thank you, it is kept").until_ended()
    with line.read() as session:
        kept = session.scalars(select(Event).where(Event.what == "prompt.recorded")).all()
    assert [(event.who_id, event.prompt_id is not None) for event in kept] == [(olga.id, True)]


def test_ringing_off_before_keeping_it_keeps_nothing(line: Evening, database: Database) -> None:
    olga = an_organiser(database)
    line.desk(olga).post(f"{GREETING}/ring", {}, on=GREETING)
    leg = line.phone(olga).rings(within=10).hears("press 1").press("1").hears("(beep)").speaks(3, "Hello")
    leg.press("#").hears("This is how it sounds", limit=20).hang_up()
    line.clock.advance(20)
    assert line.exchange.recordings == []
    line.phone(RITA, "Rita").dial().hears("this is Larkfield Neighbours")
    line.phone(olga).rings(within=30)


def test_when_what_was_said_cannot_be_fetched_nothing_changes_and_they_are_told(
    line: Evening, database: Database
) -> None:
    olga = an_organiser(database)
    line.desk(olga).post(f"{GREETING}/ring", {}, on=GREETING)
    leg = line.phone(olga).rings(within=10).hears("press 1").press("1").hears("(beep)").speaks(3, "Hello")
    line.workers_are_up = False
    leg.press("#").hears("One moment").hears("It is not kept, and nothing has changed", limit=60).until_ended()
    line.workers_are_up = True


def test_a_language_is_chosen_and_kept_to_the_end_and_a_handler_who_speaks_it_is_rung_first(
    line: Evening, database: Database
) -> None:
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
        olga = builders.a_handler(session, "Olga Marin")
        tomasz = builders.a_handler(session, "Tomasz Lis")
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        tomasz.languages = "en pl"
        tomasz.last_answered_at = NOON  # so that it would not be his turn
    switched_on(database, "pl", olga)
    call = line.phone(RITA, "Rita").dial().hears("For English, press 5, or just wait")
    call.hears("Po polsku: proszę nacisnąć 6").press("6")
    call.hears("Dzień dobry, tu Larkfield Neighbours").hears("zadzwonić pod numer 999").hears("proszę nacisnąć 1")
    call.press("1")
    leg = line.phone(tomasz).rings(within=3).hears("Helpline call, in Polish. Press 1 to take it")
    call.hears("Właśnie do kogoś dzwonimy").hears("kolejności, proszę nacisnąć 4", limit=40)
    leg.press("1")
    call.hears("Po drugiej stronie jest Tomasz")
    call.hang_up()
    leg.until_ended()
    line.phone(hana)
    again = line.phone(RITA, "Rita").dial().hears("Po polsku: proszę nacisnąć 6 albo po prostu poczekać.")
    again.hears("For English, press 5.").hears("Dzień dobry", limit=20).hears("nacisnąć 1").press("1")
    again.hears("nacisnąć 5", limit=40).press("5").hears("Po sygnale").hears("(beep)")
    again.speaks(4, "Dzień dobry").press("#").hears("Wiadomość została zapisana").until_ended()
    with line.read() as session:
        assert list(session.scalars(select(Call.language))) == ["pl", "pl"]


def test_a_caller_who_presses_nothing_is_greeted_in_the_first_language(line: Evening, database: Database) -> None:
    olga = an_organiser(database)
    switched_on(database, "pl", olga)
    call = line.phone(RITA, "Rita").dial().hears("Po polsku").hears("Hello, this is Larkfield", limit=10)
    leg = line.phone(olga).rings(within=30).hears("Helpline call. Press 1")
    leg.press("1")
    call.hears("You are through to Olga")


def test_a_key_that_is_no_language_goes_on_in_the_first(line: Evening, database: Database) -> None:
    switched_on(database, "pl", an_organiser(database))
    line.phone(RITA, "Rita").dial().hears("Po polsku").press("9").hears("Hello, this is Larkfield")


def test_a_language_without_a_voice_is_heard_from_recordings_to_the_end(line: Evening, database: Database) -> None:
    olga = an_organiser(database)
    switched_on(database, "ur", olga)
    call = line.phone(RITA, "Rita").dial().hears("For English").hears("(plays ").press("6")
    call.hears("(plays ").hears("(plays ").hears("dial 999").hears("(plays ").press("1")
    line.phone(olga).rings(within=10).hears("in Urdu").decline()
    call.hears("(plays ", limit=30).press("4").hears("(plays ")
    call.until_ended()
    with line.read() as session:
        assert session.scalars(select(Call)).one().ending == Ending.CALL_BACK_OWED
    assert "press" not in " ".join(call.transcript[2:]), "nothing but the 999 sentence is said in English"


def test_a_language_with_one_sentence_unread_cannot_be_switched_on_from_the_page(
    line: Evening, database: Database
) -> None:
    olga = an_organiser(database)
    desk = line.desk(olga)
    desk.post("/settings/languages", {"language": "pl"}, on="/settings/prompts")
    with database.transaction() as session:
        for sentence in prompts.needed("pl")[1:]:
            prompts.mark_read(session, sentence, "pl", who=session.merge(olga), at=NOON)
    answer = desk.post("/settings/languages/pl/on", {}, on="/settings/prompts?language=pl")
    assert answer.status_code == 409
    assert "one sentence has not been marked as read by somebody who speaks Polish" in answer.text
    first = prompts.needed("pl")[0].key
    desk.post(f"/settings/prompts/pl/{first}/read", {}, on=f"/settings/prompts/pl/{first}")
    assert desk.post("/settings/languages/pl/on", {}, on="/settings/prompts?language=pl").status_code == 303
    line.phone(RITA, "Rita").dial().hears("Po polsku")


def test_nobody_on_shift_is_told_in_polish_with_the_time(line: Evening, database: Database) -> None:
    with database.transaction() as session:
        olga = builders.a_handler(session, "Olga Marin", on_shift=False)
        people.wear(session, olga, HatName.ORGANISER, at=NOON)
        rota.write(session, olga, starts_at=NOON.replace(hour=20, minute=0), ends_at=NOON.replace(hour=22))
    switched_on(database, "pl", olga)
    call = line.phone(RITA, "Rita").dial().hears("Po polsku").press("6").hears("nacisnąć 1").press("1")
    call.hears("W tej chwili nikt nie dyżuruje. Następny dyżur: dziś o 20:00").hears("nacisnąć 4").press("4")
    call.hears("ktoś oddzwoni").hears("999").hears("Do widzenia").until_ended()


@pytest.mark.parametrize("group", ["Larkfield Neighbours", "The Neighbours of Larkfield & the Groves"])
def test_a_caller_who_does_nothing_is_ringing_within_fifteen_seconds(
    line: Evening, database: Database, group: str
) -> None:
    config.use(settings_for(group_name=group))
    with database.transaction() as session:
        hana = builders.a_handler(session, "Hana Novak")
    began = line.clock.now()
    call = line.phone(RITA, "Rita").dial().hears(group)
    line.phone(hana).rings(within=20)
    assert (line.clock.now() - began).total_seconds() <= 15
    assert script.EMERGENCY.words in " ".join(call.transcript)

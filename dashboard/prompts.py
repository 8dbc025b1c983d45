"""What callers hear: every sentence, its words or its recording, and the languages they can choose. Organisers change it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from starlette.datastructures import UploadFile

from dashboard.auth import Brings, Reads, Visit, Writes, go, text
from dashboard.playing import played
from helpline import durations, languages, prompts, rings, said, script, wording
from helpline.errors import HelplineError, NotFoundError
from helpline.languages import KNOWN, Language
from helpline.people import HatName
from helpline.prompts import Prompt
from helpline.rings import RingKind
from helpline.script import ENGLISH, Part, Sentence

router = APIRouter()
SOON_ENOUGH = 15
"""Seconds until a caller who does nothing should be ringing."""
PART_WORDS = {
    Part.ARRIVING: "When somebody rings",
    Part.OFFERING: "When they offer help",
    Part.ASKING: "When they ask about a request",
    Part.NUISANCE: "When somebody rings again and again, or is blocked",
    Part.WAITING: "While they wait",
    Part.NOBODY: "When nobody can be had",
    Part.MESSAGE: "Leaving a message",
    Part.ENDING: "At the end",
    Part.BROKEN: "When something of ours is broken",
    Part.HANDLERS: "What handlers hear",
    Part.RINGING_IN: "When one of us rings in",
    Part.TOLD: "When a coordinator is asked by a call",
    Part.RECORDING: "What you hear when you say a sentence by telephone",
}
FIELD_WORDS = {
    "group": "the name of the group",
    "key": "the key that chooses this language",
    "name": "the handler's first name",
    "place": "their place in the queue",
    "number": "how many requests",
    "when": "a time, and the day if it is another",
    "why": "what an organiser wrote as they closed the line",
    "kept": "how long we keep it, from the durations",
    "wrap_up": "how long they have to write it down, from the durations",
    "language": "the language the caller chose",
    "names": "first names",
    "who": "the name of whoever needs something",
    "count": "how many, in words",
    "what": "the kinds of help",
    "street": "the street",
    "by": "by when it is needed",
    "house": "the house number or name",
    "helpline": "the helpline's number",
    "told": "the words of the message",
    "needs": "what is needed, in the words written down",
}
NEWS = {"saved", "read", "ringing", "begun", "on", "off", "order"}


@dataclass(frozen=True)
class Row:
    """A sentence as it stands in one language."""

    sentence: Sentence
    language: str
    prompt: Prompt | None

    @property
    def words(self) -> str:
        """Its words now; blank when there are none."""
        return (self.prompt.words if self.prompt else None) or self.sentence.draft(self.language)

    @property
    def recorded(self) -> bool:
        """Whether a recording is heard instead."""
        return self.prompt is not None and self.prompt.sound is not None

    @property
    def changed(self) -> bool:
        """Whether the words are the group's own."""
        return self.words != self.sentence.draft(self.language)

    @property
    def read(self) -> bool:
        """Whether it may be heard: English always, another language when a speaker of it has read it."""
        return self.language == ENGLISH or (self.prompt is not None and self.prompt.read_at is not None)


def _language(visit: Visit, code: str) -> Language | None:
    """A language that was begun, or None for English. Raises `NotFoundError`."""
    found = languages.find(visit.session, code)
    if found is None and code != ENGLISH:
        raise NotFoundError("Nobody has begun that language.")
    return found


def _row(visit: Visit, code: str, key: str) -> Row:
    _language(visit, code)
    sentence = script.ALL.get(key)
    if sentence is None or (sentence not in prompts.changeable(code) and not (sentence.fixed and code == ENGLISH)):
        raise NotFoundError("There is no such sentence.")
    return Row(sentence, code, prompts.find(visit.session, sentence, code))


def _common(visit: Visit, code: str) -> dict[str, Any]:
    offered = languages.offered(visit.session)
    return {
        "page": "settings",
        "language": KNOWN[code],
        "english": code == ENGLISH,
        "on": code in offered,
        "organiser": visit.who.wears(HatName.ORGANISER),
    }


@router.get("/settings/prompts")
def every(visit: Reads, language: str = ENGLISH, news: str = "") -> Response:
    """Every sentence in one language, by when it is heard."""
    theirs = _language(visit, language)
    given = prompts.of(visit.session, language)
    shown = [one for one in script.ALL.values() if one in prompts.changeable(language) or language == ENGLISH]
    rows = [Row(sentence, language, given.get((language, sentence.key))) for sentence in shown]
    known = languages.begun(visit.session)
    begun, offered = [KNOWN[one.code] for one in known], languages.offered_of(known)
    return visit.show(
        "prompts/list.html",
        news=news if news in NEWS else None,
        parts=[(words, [row for row in rows if row.sentence.part == part]) for part, words in PART_WORDS.items()],
        begun=[KNOWN[ENGLISH], *begun],
        offered=offered,
        key=theirs.key if theirs else languages.ENGLISH_KEY,
        others=sorted((one for one in KNOWN.values() if one not in [KNOWN[ENGLISH], *begun]), key=lambda one: one.name),
        first=theirs is not None and theirs.turn < 0,
        unread=len(prompts.unread(visit.session, language)),
        unrecorded=len(prompts.unrecorded(visit.session, language)),
        seconds=round(prompts.seconds_to_ringing(visit.session, language)),
        soon_enough=SOON_ENOUGH,
        **_common(visit, language),
    )


def _page(visit: Visit, row: Row, *, status: int = 200, **context: Any) -> Response:
    ring = rings.live_of(visit.session, visit.who.id)
    latest = said.latest(visit.session, row.sentence, row.language, who=visit.who)
    fields = row.sentence.fields_in(row.language)
    given = {"news": None, "problem": "", "problem_with": "", "typed": row.words, **context}
    return visit.show(
        "prompts/page.html",
        status=status,
        row=row,
        part=PART_WORDS[row.sentence.part],
        fields=[(name, FIELD_WORDS[name]) for name in fields],
        unsaid=wording.spoken_length(durations.of(visit.session).forget) if fields != row.sentence.fields else "",
        ringing=ring is not None and ring.kind == RingKind.SAY and latest is not None and latest.ring_id == ring.id,
        **given,
        **_common(visit, row.language),
    )


@router.get("/settings/prompts/{language}/{key}")
def one(visit: Reads, language: str, key: str, news: str = "") -> Response:
    """One sentence: how it sounds now, and how to change it."""
    return _page(visit, _row(visit, language, key), news=news if news in NEWS else None)


def _try(visit: Visit, row: Row, part: str, news: str, change: Callable[..., object], **given: Any) -> Response:
    """Change a sentence, or show the page again with the reason beside what was refused."""
    prompts.check_organiser(visit.who)
    typed = given.get("words", row.words)
    try:
        change(visit.session, row.sentence, row.language, **given, who=visit.who, at=visit.at)
    except HelplineError as refused:
        return _page(visit, row, status=422, problem=str(refused), problem_with=part, typed=typed)
    return go(f"/settings/prompts/{row.language}/{row.sentence.key}?news={news}")


def _was_read(visit: Visit) -> bool:
    return text(visit.form, "read", 3) == "yes"


@router.post("/settings/prompts/{language}/{key}/words")
def words(visit: Writes, language: str, key: str) -> Response:
    """Says it in these words."""
    row, read = _row(visit, language, key), _was_read(visit)
    return _try(visit, row, "words", "saved", prompts.change_words, words=text(visit.form, "words"), read=read)


@router.post("/settings/prompts/{language}/{key}/ours")
def ours(visit: Writes, language: str, key: str) -> Response:
    """Says it in the words that came with the helpline."""
    row = _row(visit, language, key)
    return _try(visit, row, "words", "saved", prompts.our_words_again, read=_was_read(visit))


@router.post("/settings/prompts/{language}/{key}/spoken")
def spoken(visit: Writes, language: str, key: str) -> Response:
    """Says it in words instead of playing the recording."""
    return _try(visit, _row(visit, language, key), "recording", "saved", prompts.speak, read=_was_read(visit))


@router.post("/settings/prompts/{language}/{key}/read")
def read(visit: Writes, language: str, key: str) -> Response:
    """Somebody who speaks the language has read or heard it."""
    return _try(visit, _row(visit, language, key), "read", "read", prompts.mark_read)


@router.post("/settings/prompts/{language}/{key}/recording")
def recording(visit: Brings, language: str, key: str) -> Response:
    """Plays the recording that was sent."""
    row, sent = _row(visit, language, key), visit.form.get("recording")
    data = sent.file.read() if isinstance(sent, UploadFile) else b""
    return _try(visit, row, "recording", "saved", prompts.keep_sound, data=data, read=_was_read(visit))


@router.post("/settings/prompts/{language}/{key}/ring")
def ring(visit: Writes, language: str, key: str) -> Response:
    """Rings my phone, so that I say it."""
    return _try(visit, _row(visit, language, key), "ring", "ringing", said.ask)


@router.get("/settings/prompts/{language}/{key}/sound")
def sound(visit: Reads, language: str, key: str) -> Response:
    """The recording, as callers hear it."""
    prompt = _row(visit, language, key).prompt
    if prompt is None or prompt.sound is None:
        raise NotFoundError("There is no recording of that sentence.")
    return played(visit.request, prompt.sound.data)


@router.post("/settings/languages")
def begin(visit: Writes) -> Response:
    """Begins a language, which nobody hears yet."""
    prompts.check_organiser(visit.who)
    code = text(visit.form, "language", 8)
    languages.begin(visit.session, code, who=visit.who, at=visit.at)
    return go(f"/settings/prompts?language={code}&news=begun")


def _changed(visit: Visit, code: str, change: Callable[..., None], news: str) -> Response:
    prompts.check_organiser(visit.who)
    found = _language(visit, code)
    if found is None:
        raise HelplineError("English is always on: what is missing in another language is said in it.")
    change(visit.session, found, who=visit.who, at=visit.at)
    return go(f"/settings/prompts?language={code}&news={news}")


@router.post("/settings/languages/{language}/on")
def on(visit: Writes, language: str) -> Response:
    """Callers can choose it from now on."""
    return _changed(visit, language, prompts.switch_on, "on")


@router.post("/settings/languages/{language}/off")
def off(visit: Writes, language: str) -> Response:
    """Callers are not offered it any more."""
    return _changed(visit, language, languages.switch_off, "off")


@router.post("/settings/languages/{language}/first")
def first(visit: Writes, language: str) -> Response:
    """It is offered before all others."""
    return _changed(visit, language, languages.offer_first, "order")


@router.post("/settings/languages/{language}/last")
def last(visit: Writes, language: str) -> Response:
    """It is offered after all others."""
    return _changed(visit, language, languages.offer_last, "order")

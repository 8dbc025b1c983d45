"""Prompts: what a group changed of the sentences we speak, and how a sentence sounds in a language.

What callers hear is never silence: a sentence that cannot be said in their language is said in English, and one that is vital is
said in words even where there is a recording, since a recording that cannot be fetched is silent.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from helpline import config, durations, history, languages, people, phone, script, sounds, wording
from helpline.db import Base
from helpline.defaults import DEFAULTS, Durations
from helpline.errors import HelplineError
from helpline.languages import KNOWN, Language
from helpline.people import Person
from helpline.script import ENGLISH, Line, Sentence
from helpline.sealed import key_of
from helpline.sounds import SoundKind
from helpline.states import StateText, check

LETTERS_A_SECOND = 14.0
"""About how fast the carrier's voices speak."""
QUIET_AFTER_MENU = 1
"""Seconds to press a key once the menu is said: every key of it works while she waits, too."""
ONLY_ORGANISERS = "Only an organiser changes what callers hear. Ask one, or ring them."
NOT_CHANGEABLE = "That sentence is spoken when our own records cannot be read, so a change of it would not be heard."


class Sound(Base):
    """A recording that callers hear. `name` is a keyed hash of what is in it: nobody can guess it, and it may be cached."""

    __tablename__ = "sounds"
    __table_args__ = (check("kind", SoundKind, name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[SoundKind] = mapped_column(StateText(SoundKind))
    seconds: Mapped[float]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(index=True)


class Prompt(Base):
    """What a group decided of one sentence in one language.

    `words` stand in place of ours, and are a copy of them once somebody has read them: what was read is what is said, whatever
    later versions write. `sound` is heard instead of words. `read_at` says that a speaker of the language has read, or heard, it.
    """

    __tablename__ = "prompts"
    __table_args__ = (UniqueConstraint("language", "sentence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sentence: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(8))
    words: Mapped[str | None] = mapped_column(Text)
    sound_id: Mapped[int | None] = mapped_column(ForeignKey("sounds.id"), index=True)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)

    sound: Mapped[Sound | None] = relationship(lazy="joined")
    changed_by: Mapped[Person] = relationship(foreign_keys=[changed_by_id])
    read_by: Mapped[Person | None] = relationship(foreign_keys=[read_by_id])


def sentence_of(key: str) -> Sentence:
    """A sentence by its key. Raises `HelplineError` when there is none."""
    if key not in script.ALL:
        raise HelplineError("There is no such sentence.")
    return script.ALL[key]


def find(session: Session, sentence: Sentence, language: str) -> Prompt | None:
    """What a group decided of a sentence, if anything."""
    return session.scalar(select(Prompt).where(Prompt.language == language, Prompt.sentence == sentence.key))


def of(session: Session, *codes: str) -> dict[tuple[str, str], Prompt]:
    """Everything a group decided in these languages, by language and sentence."""
    rows = session.scalars(select(Prompt).where(Prompt.language.in_(codes)))
    return {(row.language, row.sentence): row for row in rows}


def sound_named(session: Session, name: str) -> Sound | None:
    """A sound by its name."""
    return session.scalar(select(Sound).where(Sound.name == name))


# How a sentence sounds


@dataclass(frozen=True)
class Words:
    """Something the carrier's voice for a language says."""

    language: str
    words: str


@dataclass(frozen=True)
class Played:
    """A recording the carrier plays."""

    name: str
    seconds: float


Utterance = Words | Played


@dataclass(frozen=True)
class Speaker:
    """Says sentences in one language, as a group decided. Made without rows it says ours, in English."""

    language: str = ENGLISH
    prompts: Mapping[tuple[str, str], Prompt] = field(default_factory=dict)
    keys: Mapping[str, int] = field(default_factory=dict)
    durations: Durations = DEFAULTS

    def says(self, given: Sentence | Line) -> list[Utterance]:
        """What is heard: words and recordings, one after the other, and never nothing."""
        line = given if isinstance(given, Line) else given.of()
        for language in (self.language, ENGLISH):
            heard = self._in(language, line)
            if heard:
                return heard
        return [Words(ENGLISH, self._fill(line, line.sentence.words, ENGLISH) or line.sentence.words)]

    def _in(self, language: str, line: Line) -> list[Utterance]:
        """What is heard in this language, if need be more plainly; nothing when it cannot be said in it, or nobody has read it."""
        plainer = script.ALL.get(line.sentence.plainly)
        return self._itself(language, line) or (self._in(language, line.instead(plainer)) if plainer else [])

    def _itself(self, language: str, line: Line) -> list[Utterance]:
        sentence, prompt = line.sentence, self.prompts.get((language, line.sentence.key))
        if language != ENGLISH and (prompt is None or prompt.read_at is None):
            return []
        if prompt is not None and prompt.sound is not None and not sentence.varies:
            played: list[Utterance] = [Played(prompt.sound.name, prompt.sound.seconds)]
            # The words below it may be a draft that nobody has read: only English is known to be right.
            return [*played, Words(ENGLISH, self._words(ENGLISH, line) or sentence.words)] if sentence.vital else played
        words = self._words(language, line) if KNOWN[language].voice else None
        return [Words(language, words)] if words is not None else []

    def _words(self, language: str, line: Line) -> str | None:
        prompt = self.prompts.get((language, line.sentence.key))
        words = (prompt.words if prompt else None) or line.sentence.draft(language)
        return self._fill(line, words, language) if words else None

    def _fill(self, line: Line, words: str, language: str) -> str | None:
        always = {
            "group": config.current().group_name,
            "helpline": phone.spoken(config.current().helpline_number),
            "key": str(self.keys.get(language, languages.ENGLISH_KEY)),
            "wrap_up": wording.spoken_length(self.durations.wrap_up),
        }
        kept = wording.spoken_days(self.durations.forget)
        if language in kept:
            always["kept"] = kept[language]
        return line.filled(words, language, always)


def speaker(session: Session, language: str = ENGLISH) -> Speaker:
    """Whoever speaks this language on the line."""
    begun = {one.code: one.key for one in languages.begun(session)} if language != ENGLISH else {}
    return Speaker(language, of(session, language, ENGLISH), begun, durations.of(session))


def for_person(session: Session, person: Person) -> Speaker:
    """Whoever speaks to one of our own in the first of their languages that the group has."""
    known = [one for one in person.languages.replace(",", " ").split() if one in KNOWN]
    language = next((one for one in known if one == ENGLISH or languages.is_on(session, one)), ENGLISH)
    return speaker(session, language)


def seconds(utterances: Sequence[Utterance]) -> float:
    """About how long all this takes to hear."""
    return sum(one.seconds if isinstance(one, Played) else len(one.words) / LETTERS_A_SECOND for one in utterances)


def seconds_to_ringing(session: Session, language: str = ENGLISH) -> float:
    """About how long a caller who does nothing hears us before somebody is rung, once a language is chosen."""
    voice = speaker(session, language)
    heard = [voice.says(sentence) for sentence in (script.GREETING, script.EMERGENCY, script.MENU)]
    return sum(map(seconds, heard)) + QUIET_AFTER_MENU


# What is still to be done before a language can be heard


def needed(language: str) -> list[Sentence]:
    """The sentences that must be read, or recorded, before callers can choose a language."""
    spoken = KNOWN[language].voice is not None
    return [
        sentence
        for sentence in script.ALL.values()
        if sentence.for_residents and not sentence.fixed and (spoken or not sentence.varies)
    ]


def changeable(language: str) -> list[Sentence]:
    """The sentences that can be changed in a language: in English those of handlers too.

    What coordinators are told need not be read before callers can choose a language: until it is, they hear English.
    """
    if language == ENGLISH:
        return [one for one in script.ALL.values() if not one.fixed]
    spoken = KNOWN[language].voice is not None
    told = [one for one in script.ALL.values() if one.in_their_language and not one.for_residents and not one.fixed]
    return [*needed(language), *(one for one in told if spoken or not one.varies)]


def unread(session: Session, language: str) -> list[Sentence]:
    """The sentences that no speaker of the language has read."""
    if language == ENGLISH:
        return []
    rows = of(session, language)
    read = {key for (_, key), row in rows.items() if row.read_at}
    return [sentence for sentence in needed(language) if sentence.key not in read]


def unrecorded(session: Session, language: str) -> list[Sentence]:
    """The sentences that need a recording, because the carrier has no voice for the language."""
    if KNOWN[language].voice:
        return []
    rows = of(session, language)
    recorded = {key for (_, key), row in rows.items() if row.sound_id}
    return [sentence for sentence in needed(language) if sentence.key not in recorded]


def unaware(session: Session, name: str) -> list[Prompt]:
    """What a group says in a recording, or in words of before, where we would say something that may have changed since."""
    rows = session.scalars(select(Prompt).order_by(Prompt.sentence, Prompt.language))
    about = (row for row in rows if row.sentence in script.ALL and name in script.ALL[row.sentence].fields)
    return [row for row in about if row.sound_id or (row.words and f"{{{name}}}" not in row.words)]


# Verbs


def check_organiser(who: Person) -> None:
    """Raises `HelplineError` unless they are an organiser."""
    people.check_organiser(who, ONLY_ORGANISERS)


def check_changeable(session: Session, sentence: Sentence, language: str, *, who: Person) -> None:
    """Raises `HelplineError` when that sentence cannot be changed in that language, or not by them."""
    check_organiser(who)
    if sentence.fixed:
        raise HelplineError(NOT_CHANGEABLE)
    if language not in KNOWN or sentence not in changeable(language):
        raise HelplineError("Callers never hear that sentence in that language.")
    if language != ENGLISH and languages.find(session, language) is None:
        raise HelplineError(f"Nobody has begun {KNOWN[language].name} yet.")


def prompt_of(session: Session, sentence: Sentence, language: str, *, who: Person, at: datetime) -> Prompt:
    """The row of a sentence, made when there is none. Raises `HelplineError` when it cannot be changed, or not by them."""
    check_changeable(session, sentence, language, who=who)
    prompt = find(session, sentence, language)
    if prompt is None:
        try:
            with session.begin_nested():
                prompt = Prompt(sentence=sentence.key, language=language, changed_at=at, changed_by_id=who.id)
                session.add(prompt)
        except IntegrityError:  # two organisers at once: the last word is kept
            prompt = find(session, sentence, language)
    if prompt is None:
        raise HelplineError("Somebody else is changing that sentence. Look at it again.")
    return prompt


def change_words(
    session: Session, sentence: Sentence, language: str, words: str, *, read: bool, who: Person, at: datetime
) -> Prompt:
    """Say it in other words, and no recording where there is a voice.

    `read` says that somebody who speaks the language has read them. Raises `HelplineError` when something is missing or unknown.
    """
    words = " ".join(words.split())
    problem = script.problem_with(sentence, words, language)
    if problem:
        raise HelplineError(problem)
    _check_read(session, language, read=read)
    prompt = prompt_of(session, sentence, language, who=who, at=at)
    prompt.words = words if words != sentence.draft(language) else None
    if KNOWN[language].voice:
        prompt.sound = None
    return _changed(session, prompt, "prompt.worded", read=read, who=who, at=at)


def keep_sound(
    session: Session, sentence: Sentence, language: str, data: bytes, *, read: bool, who: Person, at: datetime
) -> Prompt:
    """Play a recording instead of words. Raises `HelplineError` when it cannot be played, or no recording can say it."""
    check_recordable(session, sentence, language, who=who)
    sounds.understand(data)
    if sounds.is_silent(data):
        raise HelplineError("We hear nothing on that recording. Listen to it, and save it again.")
    _check_read(session, language, read=read)
    return play(session, sentence, language, sound_of(session, data, at=at), read=read, who=who, at=at)


def play(
    session: Session, sentence: Sentence, language: str, sound: Sound, *, read: bool, who: Person, at: datetime
) -> Prompt:
    """Play this sound for a sentence. Raises `HelplineError` when no recording can say it."""
    check_recordable(session, sentence, language, who=who)
    _check_read(session, language, read=read)
    prompt = prompt_of(session, sentence, language, who=who, at=at)
    prompt.sound = sound
    return _changed(session, prompt, "prompt.recorded", read=read, who=who, at=at)


def check_recordable(session: Session, sentence: Sentence, language: str, *, who: Person) -> None:
    """Raises `HelplineError` when what a sentence says differs from call to call, or when they may not change it."""
    check_changeable(session, sentence, language, who=who)
    if sentence.varies:
        raise HelplineError("What this sentence says differs from call to call, so no recording can say it.")


def sound_of(session: Session, data: bytes, *, at: datetime) -> Sound:
    """A sound as we keep it; the same bytes are kept once. Raises `HelplineError` when they cannot be played."""
    heard = sounds.understand(data)
    name = key_of(hashlib.sha256(data).hexdigest(), "sound")
    sound = sound_named(session, name)
    if sound is None:
        sound = Sound(name=name, kind=heard.kind, seconds=heard.seconds, data=data, made_at=at)
        session.add(sound)
        session.flush()
    sound.made_at = at  # so that it is not swept away before it is used
    return sound


def our_words_again(
    session: Session, sentence: Sentence, language: str, *, read: bool, who: Person, at: datetime
) -> Prompt:
    """Back to the words that came with the helpline, spoken. Raises `HelplineError` when there are none that can be spoken."""
    words = sentence.draft(language)
    if not words:
        raise HelplineError("We have no words of our own for that.")
    return change_words(session, sentence, language, words, read=read, who=who, at=at)


def speak(session: Session, sentence: Sentence, language: str, *, read: bool, who: Person, at: datetime) -> Prompt:
    """Say it in words again, without the recording. Raises `HelplineError` when there is no voice, or there are no words."""
    check_changeable(session, sentence, language, who=who)
    prompt = find(session, sentence, language)
    words = (prompt.words if prompt else None) or sentence.draft(language)
    if KNOWN[language].voice is None:
        raise HelplineError(f"We know of no voice for {KNOWN[language].name}: record it anew instead.")
    return change_words(session, sentence, language, words, read=read, who=who, at=at)


def mark_read(session: Session, sentence: Sentence, language: str, *, who: Person, at: datetime) -> Prompt:
    """Somebody who speaks the language has read or heard it, says an organiser. Raises `HelplineError` when nothing is there."""
    check_changeable(session, sentence, language, who=who)
    prompt = find(session, sentence, language)
    recorded = prompt is not None and prompt.sound_id is not None
    if not recorded and KNOWN[language].voice is None:
        raise HelplineError(f"We know of no voice for {KNOWN[language].name}, so this needs a recording first.")
    if not recorded and not ((prompt and prompt.words) or sentence.draft(language)):
        raise HelplineError("There is nothing to read yet. Write it first, or record it.")
    return _mark(session, prompt_of(session, sentence, language, who=who, at=at), who=who, at=at)


def _check_read(session: Session, language: str, *, read: bool) -> None:
    """A language that callers can choose is never said as nobody has read it."""
    if language != ENGLISH and not read and languages.is_on(session, language):
        name = KNOWN[language].name
        raise HelplineError(
            f"Callers can choose {name}, so they would hear this at once. Tick that somebody who speaks {name} has read it."
        )


def _changed(session: Session, prompt: Prompt, what: str, *, read: bool, who: Person, at: datetime) -> Prompt:
    prompt.changed_at, prompt.changed_by = at, who
    prompt.read_at = prompt.read_by = None
    session.flush()
    history.record(session, what, at=at, who=who.id, prompt_id=prompt.id)
    return _mark(session, prompt, who=who, at=at) if read and prompt.language != ENGLISH else prompt


def _mark(session: Session, prompt: Prompt, *, who: Person, at: datetime) -> Prompt:
    # What was read is what is said: a later version of our words is not.
    prompt.words = prompt.words or sentence_of(prompt.sentence).draft(prompt.language) or None
    prompt.read_at, prompt.read_by = at, who
    session.flush()
    history.record(session, "prompt.read", at=at, who=who.id, prompt_id=prompt.id)
    return prompt


def switch_on(session: Session, language: Language, *, who: Person, at: datetime) -> None:
    """Callers can choose it. Raises `HelplineError` saying how many sentences are not recorded, or not read, yet."""
    check_organiser(who)
    name = KNOWN[language.code].name
    silent, unseen = len(unrecorded(session, language.code)), len(unread(session, language.code))
    if silent:
        raise HelplineError(f"The carrier has no voice for {name}, and {_sentences(silent)} not been recorded yet.")
    if unseen:
        raise HelplineError(f"Not yet: {_sentences(unseen)} not been marked as read by somebody who speaks {name}.")
    if language.on_at is None:
        language.on_at = at
        history.record(session, f"language.on.{language.code}", at=at, who=who.id)


def _sentences(number: int) -> str:
    return "one sentence has" if number == 1 else f"{number} sentences have"

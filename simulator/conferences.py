"""Conferences: several legs in one room. https://www.twilio.com/docs/voice/conference

One begins when two are in it and one of them may start it; until then, and on hold, a participant hears a wait document.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from simulator import grammar
from simulator.script import BrokenError, Player
from simulator.steps import Fetch, InterruptError, Key, Step, Wait
from simulator.weather import Parcel

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.leg import Leg
    from simulator.twiml import Page, Verb
    from simulator.wire import Form

MOST_PARTICIPANTS = 250
MUSIC_SECONDS = 30.0
BEEP = "(a beep)"
LEFT, KICKED = "left", "kicked"
KNOWN_AS = {"start": "conference-start", "end": "conference-end"}


class ChangedError(InterruptError):
    """Whom somebody in a conference hears has changed."""


@dataclass(frozen=True)
class Music:
    """What is heard while nobody is: an address and its method, our own music, or (empty) nothing."""

    url: str | None = None
    method: str = "POST"


@dataclass(eq=False)
class Participant:
    """One leg in a conference. `hears` are those it can hear and be heard by; `was` is how it stood when last looked at."""

    leg: Leg
    conference: Conference
    starts: bool = True
    ends: bool = False
    beep: str = "true"
    label: str | None = None
    muted: bool = False
    hold: bool = False
    wait: Music = field(default_factory=Music)
    hold_music: Music = field(default_factory=Music)
    hears: set[Leg] = field(default_factory=set)
    was: object = None
    joined_at: datetime = field(init=False)
    updated_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.joined_at = self.updated_at = self.leg.exchange.clock.now()

    @property
    def is_in(self) -> bool:
        """Say whether it is still in the conference."""
        return self in self.conference.participants

    @property
    def music(self) -> Music | None:
        """What it hears instead of the others, if anything."""
        if self.hold:
            return self.hold_music
        return None if self.conference.status == "in-progress" else self.wait

    def form(self) -> Form:
        """Give what a report about it carries beside the conference."""
        given = {"Muted": self.muted, "Hold": self.hold, "Coaching": False}
        given |= {"StartConferenceOnEnter": self.starts, "EndConferenceOnExit": self.ends}
        form = [("CallSid", self.leg.sid), *((name, str(value).lower()) for name, value in given.items())]
        return [*form, ("ParticipantLabel", self.label)] if self.label else form


@dataclass
class Reports:
    """Where a conference reports to, by which method, and of which events: as its first participant said."""

    url: str
    method: str
    events: frozenset[str]
    told: int = 0


@dataclass(eq=False)
class Conference:
    """A room by a name that the whole account shares, while it lasts; the same name afterwards is another conference."""

    exchange: Exchange
    name: str
    sid: str = field(init=False)
    status: str = "init"
    most: int = MOST_PARTICIPANTS
    participants: list[Participant] = field(default_factory=list)
    reports: Reports | None = None
    created_at: datetime = field(init=False)
    updated_at: datetime = field(init=False)
    why_ended: str | None = None
    ended_by: str | None = None

    def __post_init__(self) -> None:
        self.sid = self.exchange.new_sid("CF")
        self.created_at = self.updated_at = self.exchange.clock.now()

    def join(self, participant: Participant) -> None:
        """Somebody comes in; with the second it begins, if one of them may start it."""
        self.participants.append(participant)
        self.tell("join", participant)
        if self.status == "init" and len(self.participants) > 1 and any(one.starts for one in self.participants):
            self.status, self.updated_at = "in-progress", self.exchange.clock.now()
            self.tell("start")
        elif self.status == "in-progress" and participant.beep in {"true", "onEnter"}:
            self._beep(participant)
        self.settle()

    def leave(self, participant: Participant, how: str = LEFT) -> None:
        """Somebody goes, or is put out. A second time is harmless."""
        if not participant.is_in:
            return
        self.participants.remove(participant)
        self.tell("leave", participant)
        sid = participant.leg.sid
        if participant.ends:
            self.end(f"participant-with-end-conference-on-exit-{how}", sid, also=participant)
        elif not self.participants:
            self.end(f"last-participant-{how}", sid, also=participant)
        else:
            if participant.beep in {"true", "onExit"}:
                self._beep(participant)
            self.settle(participant)

    def end(self, why: str, by: str | None = None, *, also: Participant | None = None) -> None:
        """It is over for everybody in it."""
        gone = [*self.participants, *([also] if also else [])]
        self.status, self.updated_at, self.why_ended, self.ended_by = (
            "completed",
            self.exchange.clock.now(),
            why,
            by,
        )
        self.participants = []
        self.settle(*gone)
        self.tell("end")

    def settle(self, *gone: Participant) -> None:
        """Work out who hears whom now, write down what changed, and let everybody's script know."""
        talking = [one for one in self.participants if self.status == "in-progress" and not one.hold]
        for one in [*self.participants, *gone]:
            hears = {other.leg for other in talking if other is not one} if one in talking else set()
            for leg in sorted(one.hears - hears, key=lambda leg: leg.phone.name):
                if not one.leg.over:
                    one.leg.note(f"— no longer talking to {leg.phone.name} —")
            for leg in sorted(hears - one.hears, key=lambda leg: leg.phone.name):
                one.leg.note(f"— talking to {leg.phone.name} —")
            one.hears, one.leg.participant = hears, one if one.is_in else None
            now = (one.is_in, one.music, frozenset(hears))
            if one.was not in {None, now}:
                one.leg.interrupt(ChangedError())
            one.was = now

    def changed(self, participant: Participant, event: str) -> None:
        """A participant was muted, held, or changed in another way over REST."""
        participant.updated_at = self.exchange.clock.now()
        self.tell(event, participant)
        self.settle()

    def tell(self, event: str, participant: Participant | None = None) -> None:
        """Report an event, if it was asked for: https://www.twilio.com/docs/voice/twiml/conference"""
        kind = event.removeprefix("un")
        if self.reports is None or kind not in self.reports.events:
            return
        form = [
            ("AccountSid", self.exchange.account_sid),
            ("ConferenceSid", self.sid),
            ("FriendlyName", self.name),
            ("SequenceNumber", str(self.reports.told + 1)),
            ("Timestamp", format_datetime(self.exchange.clock.now())),
            ("StatusCallbackEvent", KNOWN_AS.get(event, f"participant-{event}")),
            *(participant.form() if participant else []),
        ]
        if event == "end" and self.why_ended:
            form.append(("ReasonConferenceEnded", self.why_ended))
            form += [("CallSidEndingConference", self.ended_by)] if self.ended_by else []
        self.reports.told += 1
        self.exchange.report(Parcel("conferences", self.sid, event), Fetch(self.reports.url, form, self.reports.method))

    def _beep(self, mover: Participant) -> None:
        for one in self.participants:
            if one is not mover:
                one.leg.note(BEEP)


def take_part(player: Player, verb: Verb, page: Page, longest: float) -> Generator[Step, Any, bool]:
    """Be in a conference until it is over, or the * key or the time limit says so; False when there was no room."""
    noun, leg = verb.children[0], player.leg
    conference = leg.exchange.conference(noun.text)
    if conference.participants:
        most = conference.most
    else:
        most = conference.most = noun.seconds("maxParticipants", MOST_PARTICIPANTS)
    if len(conference.participants) >= most:
        return False
    participant = _participant(leg, conference, noun, page)
    ends = leg.exchange.clock.now() + timedelta(seconds=longest)
    star = verb.get("hangupOnStar", "false") == "true"
    conference.join(participant)
    try:
        while participant.is_in:
            try:
                if (yield from _be_there(participant, ends, star=star)):
                    break
            except ChangedError:
                continue
    finally:
        conference.leave(participant)
        leg.forget_interrupts(ChangedError)
    return True


def _participant(leg: Leg, conference: Conference, noun: Verb, page: Page) -> Participant:
    if conference.reports is None and "statusCallback" in noun.attributes:
        events = frozenset(noun.get("statusCallbackEvent", "").split())
        url, method = page.address(noun.attributes["statusCallback"]), noun.get("statusCallbackMethod", "POST")
        conference.reports = Reports(url, method, events)
    given = noun.attributes.get("waitUrl")
    return Participant(
        leg,
        conference,
        starts=noun.get("startConferenceOnEnter", "true") == "true",
        ends=noun.get("endConferenceOnExit", "false") == "true",
        beep=noun.get("beep", "true"),
        label=noun.attributes.get("participantLabel"),
        muted=noun.get("muted", "false") == "true",
        wait=Music(page.address(given) if given else given, noun.get("waitMethod", "POST")),
    )


def _be_there(participant: Participant, ends: datetime, *, star: bool) -> Generator[Step, Any, bool]:
    """Hear the others, or music; ended by an exception when that changes. True when this leg is to go on elsewhere."""
    leg, music = participant.leg, participant.music
    if music is not None and music.url != "":
        yield from _hear_music(participant, music)
    left = (ends - leg.exchange.clock.now()).total_seconds()
    event = yield Wait(left, (Key,) if star else ())
    return event is None or event == Key("*")


def _hear_music(participant: Participant, music: Music) -> Generator[Step, Any, None]:
    """Play the wait document again and again; what is wrong with it is written down, and nothing is heard then."""
    leg = participant.leg
    player, clock = Player(leg, grammar.CONFERENCE_WAIT, has_fallback=False, not_allowed=13238), leg.exchange.clock
    extra = [("ConferenceSid", participant.conference.sid), ("FriendlyName", participant.conference.name)]
    while True:
        begun = clock.now()
        if music.url is None:
            yield from player.hear("(hold music)", MUSIC_SECONDS)
            continue
        try:
            yield from player.play((yield from player.fetch(music.url, extra, music.method)))
        except BrokenError:
            return
        if clock.now() == begun:  # a document without sound would otherwise be asked for without end
            yield Wait(1.0)

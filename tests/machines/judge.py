"""The judge of an evening: what the carrier did, held against what was owed. Pure; every sentence is something wrong.

The carrier's own lists decide: every leg it placed, every text it took, and who was talking to whom. Our rows only say what ought
to have been.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

LINE = re.compile(r"^\d\d:\d\d:\d\d  (.{14,}?) (— .* —)$")


@dataclass(frozen=True)
class Leg:
    """One leg as the carrier lists it; its instants are whole seconds."""

    sid: str
    number: str
    inbound: bool
    status: str
    created: datetime
    ended: datetime | None

    def __str__(self) -> str:
        until = f"{self.ended:%H:%M:%S}" if self.ended else "now"
        return f"{self.sid} ({self.status}, {self.created:%H:%M:%S} to {until})"


@dataclass(frozen=True)
class Text:
    """One text to somebody, as the carrier lists it."""

    sid: str
    to: str
    body: str


@dataclass
class Carrier:
    """What really happened. `legs` in the order in which they were placed: two may begin within one second."""

    legs: list[Leg] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    transcript: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ring:
    """A ring row: who was to be rung, and the leg it became."""

    id: int
    number: str
    sid: str | None


@dataclass(frozen=True)
class Message:
    """A message row that was taken in hand."""

    id: int
    to: str
    body: str
    sid: str | None
    offer_id: int | None
    asks: bool


@dataclass(frozen=True)
class Call:
    """A call row."""

    id: int
    sid: str
    ending: str | None


@dataclass
class Rows:
    """What ought to have happened. `claims` are (item, who, what) in order: claimed, released or done."""

    rings: list[Ring] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    claims: list[tuple[int, int | None, str]] = field(default_factory=list)


@dataclass
class Played:
    """What people did: the words they saved, how often each declined a ring, and who was told that an item is theirs."""

    saved: list[str] = field(default_factory=list)
    declined: Counter[str] = field(default_factory=Counter)
    told_theirs: list[tuple[int, str]] = field(default_factory=list)


def verdict(carrier: Carrier, rows: Rows, played: Played) -> list[str]:
    """Everything wrong with an evening; nothing when it was well."""
    return [
        *(f"the carrier complains: {fault}" for fault in carrier.faults),
        *_rings(carrier.legs, rows.rings),
        *_phones(carrier.legs, played.declined),
        *_talks(carrier.transcript),
        *_calls(carrier.legs, rows.calls),
        *_texts(carrier.texts, rows.messages),
        *_requests(rows.requests, played.saved),
        *_claims(rows.claims, played.told_theirs),
    ]


def _rings(legs: Sequence[Leg], rings: Sequence[Ring]) -> Iterator[str]:
    """One leg for a ring, to whom it is owed; and no leg without."""
    placed = {leg.sid: leg for leg in legs if not leg.inbound}
    named = Counter(ring.sid for ring in rings if ring.sid)
    yield from (f"the leg {sid} belongs to {many} rings" for sid, many in named.items() if many > 1)
    yield from (f"{placed[sid].number} was rung by {sid}, which no ring row knows of" for sid in placed.keys() - named)
    for ring in rings:
        if ring.sid and (ring.sid not in placed or placed[ring.sid].number != ring.number):
            yield f"ring {ring.id} names the leg {ring.sid}, which did not go to its handler"


def _phones(legs: Sequence[Leg], declined: Counter[str]) -> Iterator[str]:
    """One live leg a person: two that overlap are a double ring, and so is a phone found busy."""
    of: dict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        of[leg.number].append(leg)
    for number, theirs in of.items():
        for at, leg in enumerate(theirs):
            for other in theirs[at + 1 :]:
                if leg.ended is None or other.created < leg.ended:
                    yield f"{number} had two legs at once: {leg} and {other}"
        busy = sum(leg.status == "busy" for leg in theirs if not leg.inbound)
        if busy > declined[number]:
            yield f"{number} was found busy {busy} times and declined {declined[number]}"


def _talks(transcript: Iterable[str]) -> Iterator[str]:
    """Nobody talks to two at once; and one call, from its beginning to its end, talks to one."""
    talking: dict[str, str] = {}
    talked: dict[str, str] = {}
    for line in transcript:
        found = LINE.match(line)
        if found is None:
            continue
        name, words = found.group(1).strip(), found.group(2).strip("— ")
        if words.startswith("talking to "):
            other = words.removeprefix("talking to ")
            if name in talking:
                yield f"{name} was talking to {talking[name]} and to {other} at once"
            elif name in talked:
                yield f"{name} talked to {talked[name]} and then to {other} in one call"
            talking[name] = talked[name] = other
        elif words.startswith("no longer talking to "):
            talking.pop(name, None)
        else:
            talking.pop(name, None)
            talked.pop(name, None)


def _calls(legs: Sequence[Leg], calls: Sequence[Call]) -> Iterator[str]:
    """A row for every call that came in, and one ending."""
    came, known = {leg.sid for leg in legs if leg.inbound}, Counter(call.sid for call in calls)
    yield from (f"we know nothing of the call {sid}" for sid in came - known.keys())
    yield from (f"the call {sid} never came" for sid in known.keys() - came)
    yield from (f"the call {sid} has {many} rows" for sid, many in known.items() if many > 1)
    yield from (f"call {call.id} has no ending" for call in calls if call.ending is None)


def _texts(texts: Sequence[Text], messages: Sequence[Message]) -> Iterator[str]:
    """A text for every message, once; and one text that asks for every offer."""
    said, owed = Counter((text.to, text.body) for text in texts), Counter((row.to, row.body) for row in messages)
    for (to, _), many in (said - owed).items():
        yield f"{to} was sent {many} texts more than is owed"
    for (to, _), many in (owed - said).items():
        yield f"{to} was sent {many} texts less than is owed"
    at_carrier, named = {text.sid for text in texts}, [row.sid for row in messages if row.sid]
    yield from (f"message {row.id} names no text of the carrier's" for row in messages if row.sid not in at_carrier)
    yield from (f"the text {sid} belongs to {many} messages" for sid, many in Counter(named).items() if many > 1)
    asked = Counter(row.offer_id for row in messages if row.asks)
    yield from (f"offer {offer} was put in {many} texts" for offer, many in asked.items() if many > 1)


def _requests(written: Sequence[str], saved: Sequence[str]) -> Iterator[str]:
    """A request for every form, once."""
    yield from (
        f"“{words}” was written {many} times too often" for words, many in (Counter(written) - Counter(saved)).items()
    )
    yield from (f"“{words}” was lost" for words in Counter(saved) - Counter(written))


def _claims(claims: Sequence[tuple[int, int | None, str]], told: Sequence[tuple[int, str]]) -> Iterator[str]:
    """One holder at a time; and nobody is told that an item is theirs while another was."""
    holder: dict[int, int | None] = {}
    for item, who, what in claims:
        if what == "claimed":
            if holder.get(item, who) != who:
                yield f"item {item} was claimed by {holder[item]} and by {who}"
            holder[item] = who
        else:
            holder.pop(item, None)
    winners = Counter(item for item, _ in told)
    yield from (f"item {item} was given to {many} people" for item, many in winners.items() if many > 1)

"""The judge of a random evening: what must hold at every instant, and what must have come of it once all is at rest.

Both sides are asked: our rows, and the carrier's legs, queues and recordings.
"""

from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from helpline import calls, desk_items, line, own_calls, parting, rings, rota, still_owed
from helpline.calls import C, Call, Ending
from helpline.defaults import DEFAULTS
from helpline.desk_items import DeskItem, ItemKind
from helpline.errands import Errand, ErrandKind, ErrandState
from helpline.messages import M, Message
from helpline.rings import R, Ring, RingKind
from helpline.spoken_notes import SpokenNote
from helpline.texts import Text
from helpline.voicemails import Voicemail
from simulator.leg import Leg
from tests.stories.onlooker import Onlooker
from tests.stories.stage import Stage

A_NEXT_STEP = timedelta(seconds=45)
LONGEST_SILENCE = timedelta(seconds=40)
AT_REST_WITHIN = timedelta(minutes=15)


class Judge:
    """Looks on from the beginning. Whatever is wrong is a sentence in `wrong`."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.onlooker = stage, Onlooker(stage)
        self.wrong: list[str] = []
        self.hopeless_since: dict[int, datetime] = {}
        self.held_since: dict[int, datetime] = {}
        self.people = {person.phone: person.id for person in stage.handlers}
        stage.legs.made = self.leg_made

    # At every instant.

    def leg_made(self, leg: Leg) -> None:
        """A leg is made to a handler: she may be rung, and is not being rung or talking already."""
        person_id = self.people.get(leg.parties.called)
        if leg.parties.direction == "inbound" or person_id is None:
            return
        with self.stage.read() as session:
            ring = rings.live_of(session, person_id)
            if ring is None:
                self._say(f"{leg.phone.name} is rung, and no ring of ours says so")
            elif ring.kind != RingKind.CALL_BACK:  # one she asked for herself finds her phone engaged at worst
                self._is_engaged(leg)
                self._may_be_rung(session, ring)

    def _is_engaged(self, leg: Leg) -> None:
        others = [other for other in self.stage.exchange.calls if other.phone is leg.phone and not other.over]
        if len(others) > 1 and not self.stage.blind:
            self._say(f"{leg.phone.name} is rung although she is {others[0].status} already")

    def _may_be_rung(self, session: Session, ring: Ring) -> None:
        name, now = ring.person.first_name, self.stage.clock.now()
        if rota.shift_of(session, ring.person, now) is None:
            self._say(f"{name} is rung off shift")
        if ring.person.paused_at is not None:
            self._say(f"{name} is rung although paused")
        talks = or_(calls.IS_WITH_A_HANDLER, Call.wrap_up_until > now)
        if session.scalar(select(Call.id).where(Call.handler_id == ring.person_id, talks).limit(1)):
            self._say(f"{name} is rung although on a call, or writing one down")

    def look(self) -> None:
        """After every move: who talks to whom is what our rows say, and nobody waits with no next step."""
        with self.stage.read() as session:
            self._rows_know_who_talks(session)
            self._nobody_waits_in_vain(session)
            self._nobody_is_held_in_vain(session)
            for sentence in self.onlooker.look(session):
                self._say(sentence)

    def _rows_know_who_talks(self, session: Session) -> None:
        if self.stage.blind:
            return
        for leg in self.stage.exchange.calls:
            if leg.parties.direction != "inbound" or not leg.talks_to:
                continue
            call = calls.find_call(session, leg.sid)
            heard = {self.people.get(other.parties.called) for other in leg.talks_to} - {None}
            if len(heard) > 1:
                self._say(f"{leg.phone.name} talks to two handlers at once")
            # A room is left by each leg for itself, and whoever has just dropped out of one is heard of in a moment.
            talks = {C.TALKING, C.TOGETHER} if leg.participant is None else {C.TOGETHER, C.INTRODUCED}
            for other in heard:
                if call is None or call.handler_id != other or call.state not in talks:
                    self._say(f"{leg.phone.name} talks to handler {other}, and the call is {call and call.state}")

    def _nobody_waits_in_vain(self, session: Session) -> None:
        now = self.stage.clock.now()
        up = {leg.sid for leg in self.stage.exchange.calls if leg.status == "in-progress"}
        waiting = {
            call.id for call in calls.waiting(session) if call.sid in up and not line.hopeful(session, call, at=now)
        }
        self.hopeless_since = {one: self.hopeless_since.get(one, now) for one in waiting}
        if any(now - since > A_NEXT_STEP for since in self.hopeless_since.values()):
            self._say("somebody waits, with nobody on shift who could ever answer her")

    def _nobody_is_held_in_vain(self, session: Session) -> None:
        """Somebody on hold has a handler on the line who can come back to her."""
        now = self.stage.clock.now()
        up = {leg.sid for leg in self.stage.exchange.calls if leg.status == "in-progress"}
        held = [call for call in session.scalars(select(Call).where(Call.state == C.HELD)) if call.sid in up]
        legs = {call.id: parting.leg_of(session, call) for call in held}
        vain = {call.id for call in held if (leg := legs[call.id]) is None or leg.sid not in up}
        self.held_since = {one: self.held_since.get(one, now) for one in vain}
        if any(now - since > A_NEXT_STEP for since in self.held_since.values()) and not self.stage.blind:
            self._say("somebody is on hold, and nobody's leg is there to come back to her")

    # At rest.

    def unsettled(self) -> list[str]:
        """What is still going on or owed to the carrier; at rest, nothing is."""
        questions = {
            "call": select(Call.id, Call.state).where(Call.state != C.ENDED),
            "ring": select(Ring.id, Ring.state).where(
                or_(rings.IS_LIVE, (Ring.state == R.TOOK) & Ring.over_at.is_(None))
            ),
            "errand": select(Errand.id, Errand.kind).where(
                Errand.state == ErrandState.OWED, Errand.kind != ErrandKind.COMPARE
            ),
            "message": select(Message.id, Message.state).where(Message.state.in_([M.OWED, M.SENDING])),
        }
        with self.stage.read() as session:
            left = [f"{noun} {row[0]} is {row[1]}" for noun, ask in questions.items() for row in session.execute(ask)]
        exchange = self.stage.exchange
        left += [f"the leg of {leg.phone.name} is {leg.status}" for leg in exchange.calls if not leg.over]
        left += [f"a queue is left at the carrier: {queue.name[:6]}" for queue in exchange.queues]
        left += [
            f"a conference is left at the carrier: {one.status}"
            for one in exchange.conferences
            if one.status != "completed"
        ]
        left += [f"a recording is left at the carrier: {recording.sid[:6]}" for recording in exchange.recordings]
        return left + self._unheard_of()

    def _unheard_of(self) -> list[str]:
        with self.stage.read() as session:
            known = {*session.scalars(select(Call.sid)), *session.scalars(select(Text.sid))}
        texts = [text for text in self.stage.exchange.texts if not text.is_ours]
        unread = [f"a text of {text.sender} never reached us" for text in texts if text.sid not in known]
        inbound = [leg for leg in self.stage.exchange.calls if leg.parties.direction == "inbound"]
        return unread + [f"we never heard of a call of {leg.phone.name}" for leg in inbound if leg.sid not in known]

    def sum_up(self) -> None:
        """All is at rest: every call ended once and rightly, and what is owed is on the desk."""
        self.wrong += self.unsettled()
        with self.stage.read() as session:
            for call in session.scalars(select(Call)):
                self._ended_rightly(session, call)
                self._let_in_rightly(session, call)
            for note in session.scalars(select(SpokenNote).where(SpokenNote.sound.is_(None))):
                self._say(f"we do not hold what handler {note.who_id} said of call {note.call_id}")
            for item in desk_items.on_the_desk(session):
                if not still_owed.owed_one(session, item, at=self.stage.clock.now()).holder.people:
                    self._say(f"nobody holds the {item.kind} that is on the desk")
            for errand in session.scalars(select(Errand).where(Errand.state == ErrandState.GIVEN_UP)):
                self._say(f"the errand {errand.kind} was given up: {errand.why}")
            on = {
                handler.person_id: handler.free
                for handler in line.handlers(session, self.stage.clock.now() + DEFAULTS.wrap_up)
            }
            paused = {person.id for person in self.stage.handlers if session.get_one(type(person), person.id).paused_at}
            for person_id in [one for one, free in on.items() if not free and one not in paused]:
                self._say(f"handler {person_id} is never free again")
        for leg in self.stage.exchange.calls:
            if leg.parties.direction == "inbound":
                self._heard_something(leg)
        self._the_carrier_is_content()
        for sentence in self.onlooker.sum_up():
            self._say(sentence)

    def _ended_rightly(self, session: Session, call: Call) -> None:
        leg = next((leg for leg in self.stage.exchange.calls if leg.sid == call.sid), None)
        if leg is None or call.ending is None:
            return self._say(f"call {call.id} is {call.state} and its leg is {leg}")
        met = self._met(leg)
        items = {item.kind for item in session.scalars(select(DeskItem).where(DeskItem.call_id == call.id))}
        about = f"the call of {leg.phone.name} at {leg.times.created:%H:%M:%S} ended {call.ending}"
        handlers = {number for number in met if number in self.people}
        if len({self.people[number] for number in handlers}) > 1 and call.apart_at is None:
            self._say(f"{about} after talking to two handlers, and nothing broke the talk off")
        # What a handler has said of a call is her word against nobody's.
        if call.ending == Ending.ANSWERED and not handlers and call.outcome is None:
            self._say(f"{about}, but nobody ever talked to her")
        apart = call.apart_at is not None and self._was_apart(leg)
        if handlers and call.ending != Ending.ANSWERED and not apart and not self.stage.blind:
            self._say(f"{about}, although she talked to a handler")
        if call.ending == Ending.PUT_THROUGH and self.stage.settings.fallback_number not in met:
            self._say(f"{about}, but was not")
        if call.ending == Ending.CALL_BACK_OWED and ItemKind.CALL_BACK not in items:
            self._say(f"{about}, and it is not on the desk")
        if call.ending == Ending.MESSAGE_LEFT and ItemKind.VOICEMAIL not in items:
            self._say(f"{about}, and it is not on the desk")
        voicemail = session.scalar(select(Voicemail).where(Voicemail.call_id == call.id))
        if voicemail is not None and voicemail.sound is None:
            self._say(f"{about}, and we do not hold what she said")
        wanted = leg.seconds_talked > calls.LONGEST_GREETING.total_seconds() and self._wanted_somebody(leg)
        if call.ending == Ending.RANG_OFF and call.phone is not None and wanted and not met:
            self._say(f"{about}, although she wanted somebody")
        return None

    def _let_in_rightly(self, session: Session, call: Call) -> None:
        own = own_calls.of_call(session, call.id)
        if call.ending == Ending.OUR_OWN and (
            own is None or not own.inside or own.person_id not in self.people.values()
        ):
            self._say(f"call {call.id} ended as one of our own, without a PIN")

    def _met(self, leg: Leg) -> set[str]:
        """The numbers of those who could hear her, from the carrier's own account."""
        words = [told.words for told in leg.transcript if told.words.startswith("— talking to ")]
        names = {word.removeprefix("— talking to ").removesuffix(" —") for word in words}
        return {phone.number for phone in self.stage.exchange.phones.values() if phone.name in names}

    def _was_apart(self, leg: Leg) -> bool:
        """Whether the last that was heard of her talks, while she was on the line, is that one was broken off."""
        told = [line.words for line in leg.transcript if line.words.startswith(("— talking to ", "— no longer "))]
        return bool(told) and told[-1].startswith("— no longer ")

    def _wanted_somebody(self, leg: Leg) -> bool:
        """She stayed past the menu, as the carrier saw it: it asked us what follows while she was on the line."""
        return any(
            asked.form.get("CallSid") == leg.sid
            and asked.url.endswith("/ivr/voice/menu")
            and asked.form["CallStatus"] == "in-progress"
            for asked in self.stage.exchange.asked
        )

    def _heard_something(self, leg: Leg) -> None:
        heard = [told for told in leg.transcript if told.kind != "did"]
        talking: set[str] = set()
        rang = [
            (other.times.created, other.times.ended)
            for other in self.stage.exchange.calls
            if other.parties.parent is leg
        ]
        for before, after in pairwise(heard):
            rings = any(made < after.at and (over is None or over > before.at) for made, over in rang)
            name = before.words.removesuffix(" —").rpartition(" talking to ")[2]
            if before.words.startswith("— talking to"):
                talking.add(name)
            elif before.words.startswith("— no longer"):
                talking.discard(name)
            recording = before.words == "(beep)"
            if not talking and not recording and not rings and after.at - before.at > LONGEST_SILENCE:
                self._say(f"{leg.phone.name} heard nothing from {before.at:%H:%M:%S} to {after.at:%H:%M:%S}")

    def _the_carrier_is_content(self) -> None:
        ours = {11205} if self.stage.blind else set()
        for fault in self.stage.exchange.faults:
            reported = fault.code == 11200 and "/ivr/status/" in fault.where and self.stage.blind
            if fault.code not in ours and not reported:
                self._say(f"the carrier complains: {fault}")
        strangers = {
            leg.parties.called for leg in self.stage.exchange.calls if leg.parties.direction != "inbound"
        } - self.stage.known
        if strangers:
            self._say(f"somebody was rung whom nobody knows: {strangers}")

    def _say(self, sentence: str) -> None:
        told = f"{self.stage.clock.now():%H:%M:%S} {sentence}"
        if sentence not in [said[9:] for said in self.wrong]:
            self.wrong.append(told)

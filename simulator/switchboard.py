"""The switchboard: every telephone's live state, and what a person may do with each, for the page and for scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.phone import BEHAVIOURS
from simulator.whatsapp import bare

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.handset import PhoneCall
    from simulator.leg import Leg
    from simulator.messages import Message
    from simulator.phone import Phone

Json = dict[str, Any]

MOST_LINES, MOST_TEXTS = 40, 30
KINDS = ("mobile", "landline")


class RefusedError(Exception):
    """Something a person cannot do just now, in a sentence for them."""


class Switchboard:
    """Looks at and acts on the telephones of one exchange. The caller holds the clock's lock."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange

    def load(self, path: Path) -> None:
        """Take numbers and telephones from a file. Raises RefusedError with a sentence when it is not right."""
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            for number in told["numbers"]:
                self.exchange.number(**number)
            for template in told.get("templates", []):
                self.exchange.template(**template)
            for telephone in told.get("telephones", []):
                self._add(telephone)
        except OSError as error:
            raise RefusedError(f"{path.name} cannot be read: {error.strerror}.") from error
        except (KeyError, TypeError, ValueError) as error:
            raise RefusedError(f"{path.name} is not a list of telephones: {error}.") from error
        if not self.exchange.numbers:
            raise RefusedError(f"{path.name} names no number to ring.")

    def telephones(self) -> Json:
        """Give the live state of everything."""
        number = self.exchange.the_number()
        return {
            "now": self.exchange.clock.now().isoformat(),
            "helpline": {"number": number.number, "name": number.name or number.number},
            "weather": self.exchange.weather.name,
            "telephones": [self.telephone(phone) for phone in self.exchange.phones.values()],
            "faults": [str(fault) for fault in self.exchange.faults[-20:]],
        }

    def telephone(self, phone: Phone) -> Json:
        """Give the live state of one telephone."""
        call = phone.ringing or phone.call or (phone.calls[-1] if phone.calls else None)
        texts = [self._text(phone, text) for text in self._texts_of(phone)[-MOST_TEXTS:]]
        return {
            "number": phone.number,
            "name": phone.name,
            "note": phone.note,
            "kind": phone.kind,
            "whatsapp": phone.whatsapp,
            "behaviour": phone.behaviour,
            "state": _state(phone),
            "other": _other(call.leg) if call is not None and not call.ended else "",
            "call": call.sid if call is not None else "",
            "lines": _lines(call.leg) if call is not None else [],
            "texts": texts,
            "unread": sum(text["unread"] for text in texts),
        }

    def transcript(self, since: int) -> Json:
        """Give every line of the evening from the given place on, and the place to ask from next."""
        lines = self.exchange.transcript().splitlines()
        return {"lines": lines[since:], "next": len(lines)}

    def trouble(self, told: Json) -> None:
        """Make requests go wrong (see `RestApi.trouble`) or, with `weather`, let the weather turn (see `Weather.turns`)."""
        try:
            if "weather" in told:
                self.exchange.weather.turns(**told)
            else:
                self.exchange.rest.trouble(**told)
        except (TypeError, ValueError) as error:
            raise RefusedError(f"There is no such trouble: {str(error).rstrip('.')}.") from error

    def act(self, number: str, action: str, told: Json) -> Json:
        """Do what a person does with a telephone. Raises RefusedError when it cannot be done."""
        acts = {
            "dial": self._dial,
            "answer": self._answer,
            "decline": self._decline,
            "press": self._press,
            "hang-up": self._hang_up,
            "speak": self._speak,
            "text": self._text_out,
            "read": self._read,
            "behave": self._behave,
        }
        if action not in acts:
            raise RefusedError(f"A telephone cannot {action!r}; it can {', '.join(acts)}.")
        phone = self.exchange.phone(number)
        acts[action](phone, told)
        return self.telephone(phone)

    def _add(self, telephone: Json) -> None:
        kind, behaviour = telephone.get("kind", "mobile"), telephone.get("behaviour", "person")
        if kind not in KINDS or behaviour not in BEHAVIOURS:
            raise ValueError(f"{telephone['number']} is a {kind!r} that behaves as {behaviour!r}")
        self.exchange.phone(
            telephone["number"],
            telephone.get("name", ""),
            note=telephone.get("note", ""),
            kind=kind,
            whatsapp=bool(telephone.get("whatsapp")),
        ).behaves(behaviour)

    def _dial(self, phone: Phone, told: Json) -> None:
        if phone.call is not None or phone.ringing is not None:
            raise RefusedError(f"{phone.name} is on the telephone already.")
        phone.dial(told.get("to"), withheld=bool(told.get("withheld")))

    def _answer(self, phone: Phone, told: Json) -> None:
        del told
        _the_ringing(phone).answer()

    def _decline(self, phone: Phone, told: Json) -> None:
        del told
        _the_ringing(phone).decline()

    def _press(self, phone: Phone, told: Json) -> None:
        keys = str(told.get("keys", ""))
        if not keys or set(keys) - set("0123456789*#"):
            raise RefusedError("The keys of a telephone are 0 to 9, * and #.")
        _the_call(phone).press(keys)

    def _hang_up(self, phone: Phone, told: Json) -> None:
        del told
        _the_call(phone).hang_up()

    def _speak(self, phone: Phone, told: Json) -> None:
        words = str(told.get("words", "")).strip()
        _the_call(phone).says(words or "(speaks)", float(told.get("seconds", max(2.0, len(words) / 14))))

    def _text_out(self, phone: Phone, told: Json) -> None:
        body = str(told.get("body", "")).strip()
        if not body:
            raise RefusedError("A text needs some words.")
        if phone.kind == "landline":
            raise RefusedError(f"{phone.name} has a landline, which sends no texts.")
        by_whatsapp = bool(told.get("whatsapp"))
        if by_whatsapp and not phone.whatsapp:
            raise RefusedError(f"{phone.name}'s telephone has no WhatsApp.")
        phone.sends(body, told.get("to"), by_whatsapp=by_whatsapp)

    def _read(self, phone: Phone, told: Json) -> None:
        del told
        for text in phone.unread:
            phone.reads(text)

    def _behave(self, phone: Phone, told: Json) -> None:
        try:
            phone.behaves(str(told.get("behaviour", "")))
        except ValueError as error:
            raise RefusedError(str(error)) from error

    def _texts_of(self, phone: Phone) -> list[Message]:
        return sorted([*phone.texts, *phone.sent], key=lambda text: text.order)

    def _text(self, phone: Phone, text: Message) -> Json:
        mine = bare(text.sender) == phone.number
        return {
            "sid": text.sid,
            "mine": mine,
            "with": bare(text.to if mine else text.sender),
            "whatsapp": text.by_whatsapp,
            "body": text.body,
            "at": text.created_at.isoformat(),
            "unread": not mine and text.sid not in phone.read,
        }


def _the_ringing(phone: Phone) -> PhoneCall:
    if phone.ringing is None:
        raise RefusedError(f"{phone.name}'s telephone is not ringing.")
    return phone.ringing


def _the_call(phone: Phone) -> PhoneCall:
    if phone.call is None:
        raise RefusedError(f"{phone.name} is not on a call.")
    return phone.call


def _state(phone: Phone) -> str:
    if phone.ringing is not None:
        return "ringing"
    if phone.call is None:
        return "idle"
    return "talking" if phone.call.leg.talks_to else "on a call"


def _other(leg: Leg) -> str:
    """Name who is at the other end: those it talks to, else the number shown."""
    if leg.talks_to:
        return " and ".join(sorted(other.phone.name for other in leg.talks_to))
    shown = leg.parties.called if leg.parties.direction == "inbound" else leg.parties.caller
    number = leg.exchange.numbers.get(shown)
    return (number.name if number else "") or shown


def _lines(leg: Leg) -> list[Json]:
    numbered = list(enumerate(leg.transcript))[-MOST_LINES:]
    return [{"n": n, "at": line.at.isoformat(), "words": line.words, "kind": line.kind} for n, line in numbered]

"""Conferences and their participants over REST: https://www.twilio.com/docs/voice/api/conference-resource"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.answers import Json, Request, RestAnswer, check_one_of, check_url, date, gone, page_of, reply
from simulator.conferences import KICKED, Conference, Music, Participant
from simulator.errors import RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange

STATUSES = ("init", "in-progress", "completed")
BOOLEANS = ("true", "false")


def list_(exchange: Exchange, request: Request) -> RestAnswer:
    """List conferences, newest first."""
    query = request.queries("FriendlyName", "Status")
    check_one_of(query.get("Status"), STATUSES, "Status")
    wanted = [
        as_json(one)
        for one in reversed(exchange.conferences)
        if query.get("FriendlyName") in {None, one.name} and query.get("Status") in {None, one.status}
    ]
    return page_of("conferences", wanted, request)


def read(exchange: Exchange, request: Request) -> RestAnswer:
    """Read one conference."""
    request.queries()
    return reply(as_json(_find(exchange, request)))


def update(exchange: Exchange, request: Request) -> RestAnswer:
    """End a conference: everybody in it goes on with what follows it in their own call."""
    given = request.fields("Status")
    conference = _find(exchange, request)
    if given.get("Status") != "completed":
        raise RestError(400, 20001, "A conference's Status can only become completed")
    if conference.status != "completed":
        conference.end("conference-ended-via-api")
    return reply(as_json(conference))


def list_of_participants(exchange: Exchange, request: Request) -> RestAnswer:
    """List who is in a conference."""
    query = request.queries("Muted", "Hold")
    wanted = [participant_as_json(one) for one in _find(exchange, request).participants]
    for name, key in (("Muted", "muted"), ("Hold", "hold")):
        check_one_of(query.get(name), BOOLEANS, name)
        if name in query:
            wanted = [one for one in wanted if one[key] is (query[name] == "true")]
    return page_of("participants", wanted, request)


def read_participant(exchange: Exchange, request: Request) -> RestAnswer:
    """Read one participant."""
    request.queries()
    return reply(participant_as_json(_participant(exchange, request)))


def update_participant(exchange: Exchange, request: Request) -> RestAnswer:
    """Mute, hold, or change what happens when they go."""
    given = request.fields("Muted", "Hold", "HoldUrl", "HoldMethod", "EndConferenceOnExit")
    participant = _participant(exchange, request)
    for name in ("Muted", "Hold", "EndConferenceOnExit"):
        check_one_of(given.get(name), BOOLEANS, name)
    check_url(given.get("HoldUrl"), 21205, "HoldUrl")
    check_one_of(given.get("HoldMethod"), ("GET", "POST"), "HoldMethod")
    if "HoldUrl" in given:
        participant.hold_music = Music(given["HoldUrl"], given.get("HoldMethod", "GET"))
    if "EndConferenceOnExit" in given:
        participant.ends = given["EndConferenceOnExit"] == "true"
        participant.conference.changed(participant, "modify")
    if "Muted" in given and (given["Muted"] == "true") != participant.muted:
        participant.muted = not participant.muted
        participant.conference.changed(participant, "mute" if participant.muted else "unmute")
    if "Hold" in given and (given["Hold"] == "true") != participant.hold:
        participant.hold = not participant.hold
        participant.conference.changed(participant, "hold" if participant.hold else "unhold")
    return reply(participant_as_json(participant))


def kick(exchange: Exchange, request: Request) -> RestAnswer:
    """Put somebody out: their own call goes on with what follows."""
    participant = _participant(exchange, request)
    participant.conference.leave(participant, KICKED)
    return gone()


def _find(exchange: Exchange, request: Request) -> Conference:
    for conference in exchange.conferences:
        if conference.sid == request.names[0]:
            return conference
    raise RestError(404, 20404, f"The requested resource {request.path} was not found")


def _participant(exchange: Exchange, request: Request) -> Participant:
    for participant in _find(exchange, request).participants:
        if request.names[1] in {participant.leg.sid, participant.label}:
            return participant
    raise RestError(404, 20404, f"The requested resource {request.path} was not found")


def as_json(conference: Conference) -> Json:
    """Give a conference as the API does."""
    uri = f"/2010-04-01/Accounts/{conference.exchange.account_sid}/Conferences/{conference.sid}"
    return {
        "sid": conference.sid,
        "account_sid": conference.exchange.account_sid,
        "friendly_name": conference.name,
        "status": conference.status,
        "region": "ie1",
        "api_version": "2010-04-01",
        "date_created": date(conference.created_at),
        "date_updated": date(conference.updated_at),
        "reason_conference_ended": conference.why_ended,
        "call_sid_ending_conference": conference.ended_by,
        "uri": f"{uri}.json",
        "subresource_uris": {"participants": f"{uri}/Participants.json", "recordings": f"{uri}/Recordings.json"},
    }


def participant_as_json(participant: Participant) -> Json:
    """Give a participant as the API does."""
    conference = participant.conference
    uri = f"/2010-04-01/Accounts/{conference.exchange.account_sid}/Conferences/{conference.sid}/Participants"
    return {
        "account_sid": conference.exchange.account_sid,
        "call_sid": participant.leg.sid,
        "label": participant.label,
        "call_sid_to_coach": None,
        "coaching": False,
        "conference_sid": conference.sid,
        "date_created": date(participant.joined_at),
        "date_updated": date(participant.updated_at),
        "end_conference_on_exit": participant.ends,
        "muted": participant.muted,
        "hold": participant.hold,
        "start_conference_on_enter": participant.starts,
        "status": "connected",
        "queue_time": "0",
        "uri": f"{uri}/{participant.leg.sid}.json",
    }

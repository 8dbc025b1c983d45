"""Recordings over REST: https://www.twilio.com/docs/voice/api/recording"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.answers import Json, Request, RestAnswer, date, gone, page_of, reply, since
from simulator.errors import RestError

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.recording import Recording


def list_(exchange: Exchange, request: Request) -> RestAnswer:
    """List recordings, newest first."""
    query = request.queries("CallSid", "DateCreated>")
    begun = since(query, "DateCreated>")
    wanted = [
        r
        for r in reversed(exchange.recordings)
        if query.get("CallSid", r.leg.sid) == r.leg.sid and (begun is None or r.begun_at >= begun)
    ]
    return page_of("recordings", [as_json(recording) for recording in wanted], request)


def list_of_call(exchange: Exchange, request: Request) -> RestAnswer:
    """List the recordings of one call. The carrier gives a track here, and fewer addresses."""
    request.queries()
    wanted = [as_json(r) for r in reversed(exchange.recordings) if r.leg.sid == request.names[0]]
    for recording in wanted:
        del recording["media_url"], recording["subresource_uris"]
        recording["track"] = "inbound"
    return page_of("recordings", wanted, request)


def read(exchange: Exchange, request: Request) -> RestAnswer:
    """Read what is known of a recording."""
    request.queries()
    return reply(as_json(_find(exchange, request)))


def delete(exchange: Exchange, request: Request) -> RestAnswer:
    """Delete a recording and its file."""
    exchange.recordings.remove(_find(exchange, request))
    return gone()


def media(exchange: Exchange, request: Request) -> RestAnswer:
    """Give the file, once there is one. Without an ending it is a wav."""
    recording = _find(exchange, request)
    if not recording.ready:
        raise RestError(404, 20404, f"The requested resource {request.path} was not found")
    if request.names[1] == ".mp3":
        return RestAnswer(200, media=recording.mp3(), headers={"Content-Type": "audio/mpeg"})
    return RestAnswer(200, media=recording.wav(), headers={"Content-Type": "audio/x-wav"})


def _find(exchange: Exchange, request: Request) -> Recording:
    for recording in exchange.recordings:
        if recording.sid == request.names[0]:
            return recording
    raise RestError(404, 20404, f"The requested resource {request.path} was not found")


def as_json(recording: Recording) -> Json:
    """Give a recording as the API does."""
    account = f"/2010-04-01/Accounts/{recording.leg.exchange.account_sid}"
    uri = f"{account}/Recordings/{recording.sid}"
    return {
        "sid": recording.sid,
        "account_sid": recording.leg.exchange.account_sid,
        "api_version": "2010-04-01",
        "call_sid": recording.leg.sid,
        "conference_sid": None,
        "channels": 1,
        "date_created": date(recording.begun_at),
        "date_updated": date(recording.updated_at or recording.begun_at),
        "start_time": date(recording.begun_at),
        "duration": str(int(recording.seconds)) if recording.ready else None,
        "price": None,
        "price_unit": "GBP",
        "status": "completed" if recording.ready else "processing",
        "source": "RecordVerb",
        "error_code": None,
        "encryption_details": None,
        "media_url": recording.url,
        "uri": f"{uri}.json",
        "subresource_uris": {
            "add_on_results": f"{uri}/AddOnResults.json",
            "transcriptions": f"{uri}/Transcriptions.json",
        },
    }

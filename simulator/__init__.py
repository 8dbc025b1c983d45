"""The carrier's side of the wire: a pretend Twilio, strict enough to be trusted, with telephones to ring."""

from simulator.client import ExchangeHttpClient
from simulator.clock import ManualClock, RealClock
from simulator.exchange import Exchange
from simulator.handset import PhoneCall
from simulator.phone import Phone
from simulator.wire import RequestsWire, Wire, WireAnswer, WireError

__all__ = [
    "Exchange",
    "ExchangeHttpClient",
    "ManualClock",
    "Phone",
    "PhoneCall",
    "RealClock",
    "RequestsWire",
    "Wire",
    "WireAnswer",
    "WireError",
]

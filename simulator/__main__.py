"""Start the exchange: `python -m simulator --telephones FILE.json --port 8099`, on this machine only."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from simulator.clock import RealClock
from simulator.exchange import Exchange
from simulator.server import make_app
from simulator.switchboard import RefusedError, Switchboard

HOST = "127.0.0.1"


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; give the exit status. What cannot be done is said in a sentence."""
    told = _arguments(arguments)
    problem = _problem(told)
    if problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    clock = RealClock()
    exchange = Exchange(
        account_sid=told.account_sid,
        auth_token=told.auth_token,
        clock=clock,
        calls_per_second=told.calls_per_second,
        api=f"http://{HOST}:{told.port}",
    )
    try:
        Switchboard(exchange).load(told.telephones)
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    clock.start()
    sys.stdout.write(f"The telephones are at http://{HOST}:{told.port}/\n")
    sys.stdout.flush()
    try:
        uvicorn.run(make_app(exchange, told.telephones), host=HOST, port=told.port, log_level="warning")
    finally:
        clock.stop()
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="A pretend telephone exchange.")
    env = os.environ.get
    parser.add_argument("--telephones", type=Path, required=True, help="a JSON file of numbers and telephones")
    parser.add_argument("--port", type=int, default=int(env("SIMULATOR_PORT", "8099")))
    parser.add_argument("--account-sid", default=env("TWILIO_ACCOUNT_SID", ""))
    parser.add_argument("--auth-token", default=env("TWILIO_AUTH_TOKEN", ""))
    parser.add_argument("--calls-per-second", type=float, default=1.0)
    return parser.parse_args(arguments)


def _problem(told: argparse.Namespace) -> str | None:
    if not told.account_sid or not told.auth_token:
        return "The exchange needs an account: --account-sid and --auth-token, or TWILIO_ACCOUNT_SID and _AUTH_TOKEN."
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, told.port))
        except OSError:
            return f"Port {told.port} is in use already: stop what uses it, or choose another with --port."
    return None


if __name__ == "__main__":
    sys.exit(main())

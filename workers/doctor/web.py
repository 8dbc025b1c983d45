"""Asking an address of the web, and saying plainly why nothing came back."""

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import requests

from helpline.errors import HelplineError
from workers.doctor.patient import PATIENCE, is_here, shown

CERTIFICATES = {
    "expired": "its certificate has run out: renew it.",
    "not yet valid": "its certificate is not valid yet: is this computer's date right?",
    "self-signed": "its certificate is signed by nobody that browsers and the carrier trust: get one that is.",
    "self signed": "its certificate is signed by nobody that browsers and the carrier trust: get one that is.",
    "mismatch": "its certificate is for another name: get one for this.",
    "doesn't match": "its certificate is for another name: get one for this.",
    "local issuer": "its certificate comes without the one that vouches for it: have the proxy send the full chain.",
    "wrong version": "it does not speak https there: does the proxy have a certificate?",
}
REDIRECTS = (301, 302, 303, 307, 308)


class NoAnswerError(HelplineError):
    """Nothing came back; the message is the end of a sentence that begins with the address."""


def ask(
    method: str, address: str, fields: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> requests.Response:
    """Ask once; redirects are not followed. Raises `NoAnswerError`."""
    with requests.Session() as session:
        session.trust_env = not is_here(address)  # no proxy between us and ourselves
        try:
            return session.request(
                method, address, data=fields, headers=headers, timeout=PATIENCE, allow_redirects=False
            )
        except requests.exceptions.SSLError as problem:
            raise NoAnswerError(_certificate(str(problem))) from None
        except requests.exceptions.Timeout:
            raise NoAnswerError(
                f"nothing answers within {PATIENCE:.0f} seconds: is a firewall in between? Some home routers turn away only "
                "the computers behind them: try it from a phone without Wi-Fi."
            ) from None
        except requests.exceptions.ConnectionError as problem:
            raise NoAnswerError(_broken(str(problem))) from None
        except requests.exceptions.RequestException:
            raise NoAnswerError("what answers does not speak http.") from None


def _certificate(problem: str) -> str:
    return next((words for sign, words in CERTIFICATES.items() if sign in problem.lower()), "https fails there.")


def _broken(problem: str) -> str:
    if "NameResolutionError" in problem or "getaddrinfo" in problem:
        return "that name is not known to the internet: is it written right, and has its DNS entry been made?"
    if "refused" in problem:
        return "nothing listens there: is it running, and the proxy in front of it?"
    return "what answers there breaks off."


def redirected(name: str, address: str, answer: requests.Response) -> str:
    """What a redirect means for the setting of that name."""
    there = urljoin(address, answer.headers.get("Location", ""))
    if urlsplit(address).scheme == "http" and urlsplit(there).scheme == "https":
        return f"{name} begins with http://, and its proxy sends everybody on to https://: set {name} to begin with https://."
    return (
        f"{name} sends everybody on to {shown(there)} ({answer.status_code}), and what is posted is lost on the way: "
        f"set {name} to where it ends up, or have the proxy pass it on."
    )

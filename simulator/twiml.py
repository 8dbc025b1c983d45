"""A document, read strictly: https://www.twilio.com/docs/voice/twiml

Whatever the carrier would warn of and then guess at is refused here, so that nobody comes to rely on a guess.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from simulator import grammar, values
from simulator.errors import TwimlError
from simulator.grammar import Element

XML_SPACE = "{http://www.w3.org/XML/1998/namespace}"
LONGEST_DOCUMENT = 64 * 1024
LONGEST_SPEECH = 4096
XML_TYPES = frozenset({"text/xml", "application/xml"})
ADDRESSES = frozenset({"action", "waitUrl", "url", "statusCallback", "recordingStatusCallback"})
ASKS_ITSELF = frozenset({"Gather", "Record"})
"""Verbs that ask for their own page again when they have no action."""
OF_ITS_OWN = {"Say.language": 13511, "Conference.startConferenceOnEnter": 13232, "Conference.waitMethod": 13234}
"""Attributes whose wrong values have a code of their own."""
ADDRESS_IN_TEXT = frozenset({"Redirect", "Play"})


@dataclass(frozen=True)
class Verb:
    """One element: its attributes, its words, and what stands inside it."""

    name: str
    attributes: dict[str, str]
    text: str
    children: list["Verb"] = field(default_factory=list)

    def get(self, attribute: str, default: str) -> str:
        """Give an attribute, or the carrier's default for it."""
        return self.attributes.get(attribute, default)

    def seconds(self, attribute: str, default: int) -> int:
        """Give an attribute in whole seconds."""
        return int(self.attributes.get(attribute, default))


@dataclass(frozen=True)
class Page:
    """A document and where it came from; `url` is None when the words were handed over with a REST request."""

    verbs: list[Verb]
    url: str | None

    def address(self, given: str | None) -> str:
        """Make an address whole. None means this page again, which words handed over cannot ask for."""
        if self.url is None:
            if not given or not is_whole(given):
                raise TwimlError(11100, f"words passed inline need whole addresses, not {given!r}")
            return given
        return urljoin(self.url, given) if given else self.url


def is_whole(url: str) -> bool:
    """Say whether an address is one the carrier can ask: http or https, with a host."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in url


def read(body: bytes, content_type: str, url: str | None, dialect: str = grammar.VOICE) -> Page:
    """Read a document as it arrived. Raises TwimlError with the carrier's code."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in XML_TYPES:
        raise TwimlError(12300, f"a document must be text/xml or application/xml, not {kind or 'nothing'!r}")
    return read_words(body, url, dialect)


def read_words(body: bytes, url: str | None, dialect: str = grammar.VOICE) -> Page:
    """Read a document whose type is known to be right. Raises TwimlError."""
    if len(body) > LONGEST_DOCUMENT:
        raise TwimlError(11750, f"a document may have 64 kB, this one has {len(body)} bytes")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise TwimlError(12100, "a document declares no types or entities")
    try:
        tree = ET.fromstring(body)  # noqa: S314  # types and entities are refused above
    except ET.ParseError as error:
        raise TwimlError(12100, f"not XML: {error}") from error
    if tree.tag != "Response" or tree.attrib:
        raise TwimlError(12100, f"a document is one bare <Response>, not <{tree.tag}>")
    _no_words(tree)
    page = Page([_verb(child, grammar.root(dialect)) for child in tree], url)
    for verb in page.verbs:
        _check_addresses(verb, page)
    return page


def _verb(node: ET.Element, parent: type) -> Verb:
    known = grammar.inside(parent).get(node.tag)
    if known is None:
        raise TwimlError(12200, f"<{node.tag}> does not exist inside <{_name(parent)}>")
    if node.tag in grammar.SPEECH_MARKS:
        _check_known(node, known)
        return Verb(node.tag, dict(node.attrib), _words(node), [_verb(child, known.kind) for child in node])
    if node.tag not in grammar.PLAYED:
        raise TwimlError(12400, f"<{node.tag}> is not simulated")
    _check_attributes(node, known)
    if not known.takes_text:
        _no_words(node)
    verb = Verb(node.tag, dict(node.attrib), _words(node), [_verb(child, known.kind) for child in node])
    _check_verb(verb)
    return verb


def _name(kind: type) -> str:
    return "Response" if kind.__name__.endswith("Response") else kind.__name__


def _words(node: ET.Element) -> str:
    if node.tag == "Say" or node.tag in grammar.SPEECH_MARKS:
        return " ".join("".join(node.itertext()).split())
    return " ".join("".join([node.text or "", *(child.tail or "" for child in node)]).split())


def _no_words(node: ET.Element) -> None:
    if _words(node):
        raise TwimlError(12200, f"<{node.tag}> holds no words of its own, but {_words(node)!r} stands there")


def _check_known(node: ET.Element, known: Element) -> None:
    for name in node.attrib:
        if name.replace(XML_SPACE, "xml:") not in known.attributes:
            raise TwimlError(12200, f"<{node.tag}> has no attribute {name!r}")


def _check_attributes(node: ET.Element, known: Element) -> None:
    _check_known(node, known)
    for name, value in node.attrib.items():
        full = f"{node.tag}.{name}"
        if name not in grammar.PLAYED[node.tag] and full not in grammar.HARMLESS:
            raise TwimlError(12400, f"<{node.tag} {name}> is not simulated")
        wrong = values.problem(node.tag, name, value)
        if wrong:
            raise TwimlError(OF_ITS_OWN.get(full, 12200), f"<{node.tag} {name}>: {wrong}")


def _check_verb(verb: Verb) -> None:
    check = _CHECKS.get(verb.name)
    if check is not None:
        check(verb)


def _check_say(verb: Verb) -> None:
    if not verb.text:
        raise TwimlError(13520, "<Say> has nothing to say")
    if len(verb.text) > LONGEST_SPEECH:
        raise TwimlError(13520, f"<Say> may have {LONGEST_SPEECH} characters, this one has {len(verb.text)}")
    voice = verb.attributes.get("voice")
    wrong = values.voice_problem(voice, verb.attributes.get("language")) if voice else None
    if wrong:
        raise TwimlError(13512, f"<Say>: {wrong}")


def _check_play(verb: Verb) -> None:
    if bool(verb.text) == ("digits" in verb.attributes):
        raise TwimlError(12200, "<Play> has either an address or digits")


def _check_gather(verb: Verb) -> None:
    if verb.get("input", "dtmf") != "dtmf":
        raise TwimlError(12400, f"<Gather input={verb.attributes['input']!r}> is not simulated, only dtmf")


def _check_redirect(verb: Verb) -> None:
    if not verb.text:
        raise TwimlError(11100, "<Redirect> has no address")


def _check_enqueue(verb: Verb) -> None:
    if not 1 <= len(verb.text) <= 64:
        raise TwimlError(14202, f"a queue's name has 1 to 64 characters, not {len(verb.text)}")


def _check_dial(verb: Verb) -> None:
    if bool(verb.text) == bool(verb.children):
        raise TwimlError(13221, "<Dial> holds either a number or nouns")
    if verb.text:
        _check_number(verb)
    kinds = {child.name for child in verb.children}
    if kinds & {"Queue", "Conference"} and len(verb.children) > 1:
        raise TwimlError(12200, "<Dial> holds one <Queue>, one <Conference>, or up to ten <Number>")
    if len(verb.children) > 10:
        raise TwimlError(12200, "<Dial> rings at most ten numbers")


def _check_number(verb: Verb) -> None:
    if not values.NUMBER.match(verb.text):
        raise TwimlError(13223, f"{verb.text!r} is not a number with its country, such as +442079460303")


def _check_queue(verb: Verb) -> None:
    if not verb.text:
        raise TwimlError(14202, "<Queue> has no name")


def _check_conference(verb: Verb) -> None:
    if not verb.text:
        raise TwimlError(12200, "<Conference> has no name")


_CHECKS = {
    "Say": _check_say,
    "Play": _check_play,
    "Gather": _check_gather,
    "Redirect": _check_redirect,
    "Enqueue": _check_enqueue,
    "Dial": _check_dial,
    "Number": _check_number,
    "Queue": _check_queue,
    "Conference": _check_conference,
}


def _check_addresses(verb: Verb, page: Page) -> None:
    """Refuse an address that cannot be made whole, before anything of the page is played."""
    for name in ADDRESSES & set(verb.attributes):
        if (verb.name, name, verb.attributes[name]) == ("Conference", "waitUrl", ""):
            continue  # no music at all
        _check_address(page.address(verb.attributes[name]), f"<{verb.name} {name}>")
    if verb.name in ASKS_ITSELF:
        page.address(verb.attributes.get("action"))
    if verb.name in ADDRESS_IN_TEXT and verb.text:
        _check_address(page.address(verb.text), f"<{verb.name}>")
    for child in verb.children:
        _check_addresses(child, page)


def _check_address(url: str, where: str) -> None:
    if not is_whole(url):
        code = 13233 if where == "<Conference waitUrl>" else 11100
        raise TwimlError(code, f"{where}: {url!r} is not an address")

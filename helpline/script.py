"""Every sentence we speak: when it is heard, its words, and what it must never lack. Pure data.

English is complete. What residents hear has drafts in other languages (`drafts`), which are spoken only when an organiser has
marked them as read by somebody who speaks the language; what handlers hear is English. `prompts` knows what a group changed.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from helpline import drafts

ENGLISH = "en"
LONGEST = 400
"""Characters in one sentence: half a minute is more than anybody listens to."""
FIELD = re.compile(r"{([^{}]*)}")
# What differs from call to call cannot be in a recording; the group's name, a language's key and how long things take can.
FROM_CALL_TO_CALL = frozenset(
    {
        "name",
        "names",
        "place",
        "when",
        "language",
        "number",
        "count",
        "what",
        "street",
        "by",
        "house",
        "needs",
        "who",
        "why",
        "told",
    }
)


class Part(StrEnum):
    """When a sentence is heard."""

    ARRIVING = "arriving"
    OFFERING = "offering"
    ASKING = "asking"
    NUISANCE = "nuisance"
    WAITING = "waiting"
    NOBODY = "nobody"
    MESSAGE = "message"
    ENDING = "ending"
    BROKEN = "broken"
    HANDLERS = "handlers"
    RECORDING = "recording"
    RINGING_IN = "ringing_in"
    TOLD = "told"


@dataclass(frozen=True)
class Sentence:
    """One sentence of the script.

    `heard` says when, for people. `must` are figures that its words must have in them. `plainly` is the key of the sentence said
    instead where what differs from call to call cannot be said. One that is `fixed` is spoken when our rows cannot be read, so
    no change of it would be heard. One that is `vital` is never only a recording.
    """

    key: str
    part: Part
    heard: str
    words: str
    must: tuple[str, ...] = ()
    plainly: str = ""
    fixed: bool = False
    vital: bool = False

    @property
    def for_residents(self) -> bool:
        """Whether residents hear it, so that it needs other languages."""
        return self.part not in {Part.HANDLERS, Part.RECORDING, Part.RINGING_IN, Part.TOLD}

    @property
    def in_their_language(self) -> bool:
        """Whether it has drafts in other languages: what residents hear, and what is told to those who look after a street."""
        return self.for_residents or self.part == Part.TOLD

    @property
    def fields(self) -> tuple[str, ...]:
        """What is filled in, in the order it is said."""
        return tuple(FIELD.findall(self.words))

    def fields_in(self, language: str) -> tuple[str, ...]:
        """The same, without how long we keep it where we cannot say a length: there the words themselves say it."""
        lengths = language == ENGLISH or language in drafts.LENGTHS
        return tuple(name for name in self.fields if name != "kept" or lengths)

    @property
    def varies(self) -> bool:
        """Whether something in it differs from call to call, so that no recording can hold it."""
        return bool(FROM_CALL_TO_CALL & set(self.fields))

    def draft(self, language: str) -> str:
        """Our own words in a language; blank where there are none."""
        return self.words if language == ENGLISH else drafts.IN.get(language, {}).get(self.key, "")

    def of(self, **values: str | Mapping[str, str]) -> "Line":
        """This sentence with something filled in: a word, or one for each language that can say it."""
        return Line(self, values)


@dataclass(frozen=True)
class Line:
    """A sentence as it is to be said once."""

    sentence: Sentence
    values: Mapping[str, str | Mapping[str, str]]

    def instead(self, plainer: Sentence) -> "Line":
        """The plainer sentence, with what it needs of this one."""
        return plainer.of(**{name: value for name, value in self.values.items() if name in plainer.fields})

    def filled(self, words: str, language: str, always: Mapping[str, str]) -> str | None:
        """The words with everything filled in; None when something cannot be said in this language."""
        said = dict(always)
        for name, value in self.values.items():
            word = value if isinstance(value, str) else value.get(language)
            if word is None:
                return None
            said[name] = word
        return words.format(**said) if said.keys() >= set(FIELD.findall(words)) else None


def problem_with(sentence: Sentence, words: str, language: str = ENGLISH) -> str | None:
    """Why these words cannot stand for a sentence in a language, as a sentence for people; None when they can."""
    if not words.strip():
        return "Something must be said here. Write the sentence, or go back to our words."
    if len(words) > LONGEST:
        return f"That is too long to listen to. Keep it under {LONGEST} letters."
    given, fields = FIELD.findall(words), sentence.fields_in(language)
    strange = [name for name in given if name not in fields]
    if strange or FIELD.sub("", words).count("{") or FIELD.sub("", words).count("}"):
        can = " and ".join(f"{{{name}}}" for name in fields)
        return f"In curly brackets only {can} can be used here." if can else "Curly brackets cannot be used here."
    # Their own name for the group is as good as ours.
    missing = [name for name in fields if name not in given and name != "group"]
    if missing:
        return f"{{{missing[0]}}} is missing: it is filled in when the sentence is said."
    figures = _figures(words)
    unsaid = [figure for figure in sentence.must if figure not in figures]
    return f"{unsaid[0]} is missing: the sentence must say it, in figures." if unsaid else None


def _figures(words: str) -> set[str]:
    """The numbers in some words, whichever script's figures they are written in."""
    plain = "".join(str(unicodedata.digit(letter, letter)) for letter in words)
    return set(re.findall(r"\d+", plain))


ALL: dict[str, Sentence] = {}


def _is(
    key: str,
    part: Part,
    heard: str,
    words: str,
    *,
    must: tuple[str, ...] = (),
    plainly: str = "",
    fixed: bool = False,
    vital: bool = False,
) -> Sentence:
    ALL[key] = Sentence(key, part, heard, words, must, plainly, fixed, vital)
    return ALL[key]


P = Part
CHOOSE = _is(
    "choose",
    P.ARRIVING,
    "First of all, for the language that whoever just waits will hear",
    "For English, press {key}, or just wait.",
)
CHOOSE_ANOTHER = _is(
    "choose_another",
    P.ARRIVING,
    "After it, for each of the other languages",
    "For English, press {key}.",
    plainly="choose",
)
GREETING = _is("greeting", P.ARRIVING, "When the helpline answers", "Hello, this is {group}.")
EMERGENCY = _is(
    "emergency",
    P.ARRIVING,
    "After the greeting, and whenever we cannot help at once",
    "If somebody's life is in danger, hang up and dial 999.",
    must=("999",),
    vital=True,
)
MENU = _is(
    "menu",
    P.ARRIVING,
    "What can be pressed, after the emergency sentence",
    "To talk to us, press 1, or wait. To offer help, 2. About your request, 3.",
    must=("1", "2", "3"),
)
OR_SOMEBODY = _is(
    "or_somebody",
    P.ARRIVING,
    "After they have heard how their requests stand",
    "To talk to somebody, press 1, or just wait.",
    must=("1",),
)
WRONG_KEY = _is("wrong_key", P.ARRIVING, "When a key means nothing", "That key does nothing here.")

OFFERING = _is(
    "offering",
    P.OFFERING,
    "When they press 2 to offer help",
    "Thank you for offering to help. To be rung back about it, press 4. To tell us now, press 5, or just wait.",
    must=("4", "5"),
)
RECORD_OFFER = _is(
    "record_offer",
    P.OFFERING,
    "Before the tone",
    "Please say after the tone your name, your number, your street, and what you could do. "
    "When you have finished, press hash, or just hang up. We keep it for {kept}.",
)
OFFERING_IN_THE_QUEUE = _is(
    "offering_in_the_queue",
    P.OFFERING,
    "When they press 2 while they wait",
    "Thank you for offering to help. Please stay on the line and tell whoever answers, or press 5 to tell us after a tone.",
    must=("5",),
)
OFFER_KEPT = _is(
    "offer_kept",
    P.OFFERING,
    "When an offer of help was said",
    "Thank you. Your offer is kept, and somebody will ring you about it. Goodbye.",
)

NO_REQUEST = _is("no_request", P.ASKING, "When we know of none", "We know of no request from your number.")
REQUEST_WITHHELD = _is(
    "request_withheld",
    P.ASKING,
    "When their number is withheld",
    "We cannot see your number, so we cannot say how your request stands.",
)
ONE_WAITING = _is(
    "one_waiting", P.ASKING, "When one is not taken yet", "A request of yours is waiting for somebody to take it."
)
SOME_WAITING = _is(
    "some_waiting",
    P.ASKING,
    "When several are not taken yet",
    "{number} requests of yours are waiting for somebody to take them.",
    plainly="one_waiting",
)
ONE_TAKEN = _is("one_taken", P.ASKING, "When one is taken", "A request of yours is taken: somebody is seeing to it.")
SOME_TAKEN = _is(
    "some_taken",
    P.ASKING,
    "When several are taken",
    "{number} requests of yours are taken: somebody is seeing to them.",
    plainly="one_taken",
)
ONE_DONE = _is("one_done", P.ASKING, "When one was done this week", "A request of yours is done.")
SOME_DONE = _is(
    "some_done",
    P.ASKING,
    "When several were done this week",
    "{number} requests of yours are done.",
    plainly="one_done",
)

TURNED_AWAY = _is(
    "turned_away",
    P.NUISANCE,
    "When their number is blocked, after the emergency sentence",
    "We are sorry, we cannot take calls from this number for now. Goodbye.",
)
RINGING_SOON = _is(
    "ringing_soon",
    P.NUISANCE,
    "When they ring again and again",
    "Thank you. Please stay on the line: we ring somebody for you in a moment.",
)
PRESS_FIRST = _is(
    "press_first",
    P.NUISANCE,
    "Instead of the menu, when their number is withheld and a key is wanted first",
    "We cannot see your number. To talk to somebody, press 1. To leave a message, press 5, or just wait.",
    must=("1", "5"),
)

RINGING_SOMEBODY = _is(
    "ringing_somebody", P.WAITING, "As the waiting begins", "Thank you. We are ringing somebody for you now."
)
STILL_RINGING = _is(
    "still_ringing", P.WAITING, "Later, while they still wait", "We are still ringing somebody for you."
)
NOBODY_FREE = _is(
    "nobody_free", P.WAITING, "When everybody is on a call", "Nobody is free just now. We ring the first who is."
)
LONG_WAIT = _is(
    "long_wait", P.WAITING, "After a long wait", "This is taking longer than it should. You can go on waiting."
)
PLACE = _is("place", P.WAITING, "When others were first", "You are {place} in the queue.", plainly="others_first")
OTHERS_FIRST = _is(
    "others_first",
    P.WAITING,
    "When others were first, where the place cannot be said",
    "Some others are waiting before you.",
)
NEXT = _is("next", P.WAITING, "When nobody is before them any more", "You are next.")
WAYS_WHILE_WAITING = _is(
    "ways_while_waiting",
    P.WAITING,
    "What else can be done",
    "To be rung back instead, in your turn, press 4. To leave a message, press 5.",
    must=("4", "5"),
)
WAY_WHILE_WITHHELD = _is(
    "way_while_withheld",
    P.WAITING,
    "What else can be done, when their number is withheld",
    "To leave a message, press 5.",
    must=("5",),
)
THROUGH_TO = _is(
    "through_to", P.WAITING, "When a handler takes the call", "You are through to {name}.", plainly="through"
)
THROUGH = _is("through", P.WAITING, "When a handler takes the call, and no name can be said", "You are through.")

ON_HOLD = _is(
    "on_hold", P.WAITING, "When their handler puts them on hold", "One moment, please. Please stay on the line."
)
STILL_ON_HOLD = _is(
    "still_on_hold", P.WAITING, "Later, while they are on hold", "You are not forgotten. Please stay on the line."
)
BEING_HANDED = _is(
    "being_handed",
    P.WAITING,
    "While somebody else is rung to take the call over",
    "We are ringing somebody else for you. Please stay on the line.",
)
PARTED = _is(
    "parted",
    P.WAITING,
    "When their handler has put the phone down, or its battery died",
    "The other phone has gone. If you had finished, just hang up. "
    "If not, please stay on the line, and we ring somebody for you again.",
)
JOINED_BY = _is(
    "joined_by", P.WAITING, "When a coordinator joins the talk", "{name} is joining you now.", plainly="joined"
)
JOINED = _is(
    "joined",
    P.WAITING,
    "When a coordinator joins the talk, and no name can be said",
    "Somebody who knows your street is joining you now.",
)
JUST_A_MOMENT = _is("just_a_moment", P.WAITING, "While the others are put through to them", "Just a moment, please.")

CLOSED = _is("closed", P.NOBODY, "When the line is closed", "The line is closed now.")
CLOSED_BECAUSE = _is(
    "closed_because",
    P.NOBODY,
    "When an organiser has closed the line, with what they said of why",
    "The line is closed now. {why}",
    plainly="closed",
)
NOBODY_ON = _is("nobody_on", P.NOBODY, "When nobody is on shift", "There is nobody on the line just now.")
NEXT_ON = _is(
    "next_on",
    P.NOBODY,
    "When the line is closed or nobody is on shift, and it is known when somebody will be there",
    "The line opens next at {when}.",
    plainly="opens_again",
)
OPENS_AGAIN = _is(
    "opens_again",
    P.NOBODY,
    "When the line is closed or nobody is on shift, where the time cannot be said",
    "Somebody will be here again another time.",
)
COULD_NOT_FIND = _is("could_not_find", P.NOBODY, "When nobody could be had", "We could not put you through just now.")
WAYS_OUT = _is(
    "ways_out",
    P.NOBODY,
    "What can be done when nobody could be had",
    "To be rung back, press 4, or just wait. To leave a message, press 5.",
    must=("4", "5"),
)
NUMBER_WITHHELD = _is("number_withheld", P.NOBODY, "When their number is withheld", "We cannot see your number.")

RECORD = _is(
    "record",
    P.MESSAGE,
    "Before the tone",
    "Please say your message after the tone, with your name and your number. "
    "When you have finished, press hash, or just hang up. We keep it for {kept}.",
)
MESSAGE_KEPT = _is(
    "message_kept",
    P.MESSAGE,
    "When a message was left",
    "Thank you. Your message is kept, and somebody will listen to it. Goodbye.",
)
HEARD_NOTHING = _is("heard_nothing", P.MESSAGE, "When nothing was said", "We did not hear anything.")

WILL_RING_BACK = _is(
    "will_ring_back",
    P.ENDING,
    "When a call-back is written down",
    "Thank you. It is written down, and somebody will ring you back.",
)
FAREWELL = _is("farewell", P.ENDING, "Last of all, after the emergency sentence", "Goodbye.")
GOODBYE = _is("goodbye", P.ENDING, "At the end of a call", "Thank you for ringing. Goodbye.")

BROKEN = _is(
    "broken",
    P.BROKEN,
    "When something of ours is broken, after the emergency sentence",
    "We are sorry, something of ours is broken. We are putting you through to another number.",
    fixed=True,
)
NOBODY_THERE = _is(
    "nobody_there",
    P.BROKEN,
    "When there was no answer at the other number",
    "We are sorry, there was no answer there either. Please ring again later.",
)

AFTERWARDS = _is(
    "afterwards",
    P.BROKEN,
    "After the other number, when our computer is gone, whether or not anybody answered there",
    "If nobody could speak to you, we are sorry: please ring again later.",
    fixed=True,
)

TAKE = _is("take", P.HANDLERS, "As they pick up", "Helpline call. Press 1 to take it.", must=("1",))
TAKE_IN = _is(
    "take_in",
    P.HANDLERS,
    "As they pick up, when the caller chose another language",
    "Helpline call, in {language}. Press 1 to take it.",
    must=("1",),
)
TAKE_OVER = _is(
    "take_over",
    P.HANDLERS,
    "As they pick up, when another handler hands a call over",
    "Helpline. {name} is handing a call over. Press 1 to take it.",
    must=("1",),
)
HOLD_MENU = _is(
    "hold_menu",
    P.HANDLERS,
    "When they have pressed star while talking, or Hold on the desk",
    "The caller is on hold. Press 1 to go back to them, 2 to hand them over, 3 to bring their coordinator in.",
    must=("1", "2", "3"),
)
HANDING_OVER = _is(
    "handing_over",
    P.HANDLERS,
    "While somebody is rung to take the call over",
    "We are ringing somebody to take the call. You can wait, or hang up. To go back to the caller, press 1.",
    must=("1",),
)
NOT_TAKEN = _is("not_taken", P.HANDLERS, "When nobody took the call over", "Nobody has taken the call.")
NOBODY_ELSE_FREE = _is(
    "nobody_else_free", P.HANDLERS, "When nobody could take the call over", "Nobody else is free just now."
)
TAKEN_OVER = _is(
    "taken_over",
    P.HANDLERS,
    "When somebody has taken the call over",
    "{name} has taken the call. Thank you. Goodbye.",
)
ASKING_IN = _is(
    "asking_in",
    P.HANDLERS,
    "While a coordinator is rung to join the talk",
    "We are ringing {name}. To go back to the caller meanwhile, press 1.",
    must=("1",),
)
COULD_NOT_JOIN = _is(
    "could_not_join", P.HANDLERS, "When a coordinator did not join the talk", "{name} cannot join you just now."
)
NO_COORDINATOR = _is(
    "no_coordinator",
    P.HANDLERS,
    "When we do not know who looks after the caller's street, or they are all away or have quiet hours",
    "We know of nobody to bring in just now. You can choose somebody on the desk.",
)
CANNOT_BE_ASKED = _is(
    "cannot_be_asked",
    P.HANDLERS,
    "When a coordinator is on the telephone already",
    "They are on the telephone just now.",
)
STEPPED_OUT = _is(
    "stepped_out",
    P.HANDLERS,
    "When they have pressed star while three talk",
    "The other two are talking. To go back to them, press 1. To leave them to it, just hang up.",
    must=("1",),
)
DROPPED_OUT = _is(
    "dropped_out", P.HANDLERS, "When they have left the two to talk", "You have left them to it. Thank you."
)
HELD_RANG_OFF = _is(
    "held_rang_off",
    P.HANDLERS,
    "When the caller rang off while on hold",
    "The caller rang off while they were on hold. It is on the desk, to be rung back.",
)
JOIN_THEM = _is(
    "join_them",
    P.HANDLERS,
    "As a coordinator picks up, to join a talk",
    "Helpline. {name} is talking to somebody from your streets, and would like you to join them. "
    "Press 1 to join, or 2 if you cannot.",
    must=("1", "2"),
)
JOINING = _is("joining", P.HANDLERS, "When a coordinator has pressed 1", "Thank you. One moment, please.")
CANNOT_JOIN = _is(
    "cannot_join", P.HANDLERS, "When a coordinator has pressed 2", "Thank you, we will tell them. Goodbye."
)
JOINING_OVER = _is(
    "joining_over", P.HANDLERS, "When a talk that a coordinator joined is over", "That is over. Thank you. Goodbye."
)
RING_BACK = _is(
    "ring_back",
    P.HANDLERS,
    "As they pick up, to ring a resident back",
    "Helpline. Press 1, and we ring the resident for you.",
    must=("1",),
)
PUT_YOU_THROUGH = _is(
    "put_you_through",
    P.HANDLERS,
    "As somebody picks up who asked on their page to ring a resident",
    "Helpline. You asked to ring a neighbour. Press 1, and we ring them for you.",
    must=("1",),
)
RINGING_RESIDENT = _is("ringing_resident", P.HANDLERS, "As we ring the resident", "Ringing them now.")
PUT_TOGETHER = _is(
    "put_together",
    P.HANDLERS,
    "As they are connected, when they were rung one at a time",
    "You are through to the caller.",
)
ALREADY_TAKEN = _is("already_taken", P.HANDLERS, "When somebody else was first", "Already taken, thank you. Goodbye.")
TOO_LATE = _is(
    "too_late", P.HANDLERS, "When their time to press was over", "That was a moment too late, thank you. Goodbye."
)
NO_LONGER_NEEDED = _is(
    "no_longer_needed", P.HANDLERS, "When it is settled already", "That is no longer needed, thank you. Goodbye."
)
RANG_OFF = _is(
    "rang_off",
    P.HANDLERS,
    "When the caller has gone",
    "The caller has just rung off. It is on the desk, to be rung back. Goodbye.",
)
GONE = _is(
    "gone",
    P.HANDLERS,
    "When the caller has gone, and is not to be rung back",
    "The caller has gone, and there is nothing more for you to do. Goodbye.",
)
CALL_OVER = _is(
    "call_over",
    P.HANDLERS,
    "When the call is over",
    "The call is over. You have {wrap_up} to write it down.",
)
WRITTEN_DOWN = _is(
    "written_down",
    P.HANDLERS,
    "When the call is over, and what it came to was saved meanwhile",
    "The call is over, and written down. Goodbye.",
)
WRAP_UP_KEYS = _is(
    "wrap_up_keys",
    P.HANDLERS,
    "After a call, when it is not written down yet",
    "When you are ready for the next call, press 1. To say the request, for somebody to write down, press 2. "
    "To write it down yourself, just hang up.",
    must=("1", "2"),
)
SAY_THE_REQUEST = _is(
    "say_the_request",
    P.HANDLERS,
    "Before the tone, when they say the request",
    "After the tone, please say who it is for, the house and the street, what is needed and by when, and whether they said that we "
    "may pass it on. When you have finished, press hash, or just hang up.",
)
NOTE_KEPT = _is(
    "note_kept",
    P.HANDLERS,
    "When the request was said",
    "Thank you. It is kept, and somebody will write it down.",
)
READY = _is(
    "ready", P.HANDLERS, "When they are ready for the next call", "Thank you. We ring you for the next call. Goodbye."
)
READY_OFF_SHIFT = _is(
    "ready_off_shift", P.HANDLERS, "When they are ready, and are not to be rung", "Thank you. Goodbye."
)
NO_KEY = _is("no_key", P.HANDLERS, "When they pressed nothing", "No key was pressed. Goodbye.")
THEY_DID_NOT_ANSWER = _is(
    "they_did_not_answer",
    P.HANDLERS,
    "When the resident did not answer",
    "They did not answer. It stays on the desk. Goodbye.",
)
RING_BACK_OVER = _is(
    "ring_back_over",
    P.HANDLERS,
    "When ringing back is over",
    "The call is over.",
)
RING_BACK_KEYS = _is(
    "ring_back_keys",
    P.HANDLERS,
    "After ringing back",
    "If that is done, press 1. To say a request, for somebody to write down, press 2. If you did not reach them, press 3.",
    must=("1", "2", "3"),
)
STAYS_ON_THE_DESK = _is(
    "stays_on_the_desk",
    P.HANDLERS,
    "When they did not reach the resident",
    "Thank you. It stays on the desk. Goodbye.",
)
LEG_BROKEN = _is(
    "leg_broken",
    P.HANDLERS,
    "When something of ours is broken",
    "Sorry, something of ours is broken. Nothing is lost: please look at the desk. Goodbye.",
    fixed=True,
)

TEST_CALL = _is(
    "test_call",
    P.HANDLERS,
    "As they pick up a test call",
    "Hello, this is {group} with a test call. Nobody is waiting. When somebody rings the helpline, this is what you hear.",
)
TEST_TAKEN = _is(
    "test_taken",
    P.HANDLERS,
    "When key 1 is pressed on a test call",
    "Thank you, that works. Now you would be talking to the caller. Goodbye.",
)

SAY_IT = _is(
    "say_it",
    P.RECORDING,
    "As an organiser picks up, to say a sentence by telephone",
    "Helpline. To say your sentence for callers, press 1.",
    must=("1",),
)
AFTER_THE_TONE = _is(
    "after_the_tone",
    P.RECORDING,
    "Before the tone",
    "Please say it after the tone, and press hash when you have finished.",
)
ONE_MOMENT = _is("one_moment", P.RECORDING, "While it is fetched", "One moment, please.")
THIS_IS_IT = _is("this_is_it", P.RECORDING, "Before they hear it back", "This is how it sounds.")
KEEP_OR_AGAIN = _is(
    "keep_or_again",
    P.RECORDING,
    "After they have heard it",
    "To keep it, press 1. To say it again, press 2.",
    must=("1", "2"),
)
SAID_AND_KEPT = _is("said_and_kept", P.RECORDING, "When it is kept", "Thank you, it is kept. Goodbye.")
NOT_KEPT = _is("not_kept", P.RECORDING, "When it is not", "It is not kept, and nothing has changed. Goodbye.")

ASK_PIN = _is(
    "ask_pin",
    P.RINGING_IN,
    "After the emergency sentence, when we know the number",
    "If you have a PIN, key it in and press hash. For the ordinary menu, press 0, or just wait.",
    must=("0",),
)
PIN_LENGTH = _is("pin_length", P.RINGING_IN, "When that cannot be a PIN", "A PIN has 4 to 8 figures.", must=("4", "8"))
PIN_WRONG = _is("pin_wrong", P.RINGING_IN, "When it is not their PIN, or they have none", "That PIN is not right.")
PINS_CLOSED = _is(
    "pins_closed",
    P.RINGING_IN,
    "When too many were not right",
    "We are sorry, no PIN can be used from this number for a while. An organiser can help.",
)
HELLO = _is("hello", P.RINGING_IN, "When the PIN is right", "Hello {name}.", plainly="hello_nameless")
HELLO_NAMELESS = _is("hello_nameless", P.RINGING_IN, "When the PIN is right, and no name can be said", "Hello.")
WHICH_MENU = _is(
    "which_menu",
    P.RINGING_IN,
    "When somebody answers the line and looks after a patch too",
    "For your shift and the line, press 1. For the requests of your streets, press 2.",
    must=("1", "2"),
)
MENU_ENDS = _is(
    "menu_ends",
    P.RINGING_IN,
    "At the end of each menu",
    "To hear this again, press 9. For the ordinary menu, press 0.",
    must=("9", "0"),
)
NEXT_ONE = _is("next_one", P.RINGING_IN, "When there is another", "For the next one, press 5.", must=("5",))

ON_UNTIL = _is("on_until", P.RINGING_IN, "A handler who is on shift", "You are on until {when}.")
ON_BUT_PAUSED = _is(
    "on_but_paused", P.RINGING_IN, "A handler who is paused", "You are on until {when}, but we are not ringing you."
)
OFF_SHIFT = _is("off_shift", P.RINGING_IN, "A handler who is not on shift", "You are not on shift.")
START_SHIFT = _is(
    "start_shift", P.RINGING_IN, "What they can press", "To start one now, until {when}, press 1.", must=("1",)
)
RING_ME = _is("ring_me", P.RINGING_IN, "What they can press, when paused", "To be rung again, press 1.", must=("1",))
END_SHIFT = _is(
    "end_shift", P.RINGING_IN, "What they can press, when on shift", "To end your shift, press 2.", must=("2",)
)
HANDLER_MENU = _is(
    "handler_menu",
    P.RINGING_IN,
    "What every handler can press",
    "For who is on, press 3. To ring a resident back, press 4. For your next shifts, press 5.",
    must=("3", "4", "5"),
)
SHIFT_STARTED = _is(
    "shift_started",
    P.RINGING_IN,
    "When a shift is started",
    "Thank you. You are on until {when}, and once you hang up we ring you on this telephone.",
)
SHIFT_ENDED = _is(
    "shift_ended", P.RINGING_IN, "When a shift is ended", "Thank you. Your shift is over, and we ring you no more."
)
WHO_IS_ON = _is("who_is_on", P.RINGING_IN, "Who is on", "On now: {names}.")
NOBODY_IS_ON = _is("nobody_is_on", P.RINGING_IN, "When nobody is on", "Nobody is on just now.")
WHO_IS_NEXT = _is("who_is_next", P.RINGING_IN, "Who is next", "Next: {names}, at {when}.")
YOUR_SHIFTS = _is("your_shifts", P.RINGING_IN, "Their next shifts", "You are down for this: {when}.")
NEEDS_COVER = _is(
    "needs_cover",
    P.RINGING_IN,
    "After a shift for which they asked cover",
    "You asked for cover for the one at {when}.",
)
NO_SHIFTS = _is("no_shifts", P.RINGING_IN, "When they have no shift", "You are down for no shift just now.")

TO_RING_BACK = _is("to_ring_back", P.RINGING_IN, "A call-back, when we know a name", "{who}, probably, rang at {when}.")
TO_RING_BACK_NAMELESS = _is("to_ring_back_nameless", P.RINGING_IN, "A call-back", "Somebody rang at {when}.")
RING_THEM = _is("ring_them", P.RINGING_IN, "What can be pressed", "To ring them now, press 1.", must=("1",))
NOT_RUNG = _is(
    "not_rung",
    P.RINGING_IN,
    "A call-back to a number that is withheld, abroad or costs extra",
    "We do not ring that number: it is withheld, abroad, or costs extra. If it is done, press 1.",
    must=("1",),
)
NONE_TO_RING = _is("none_to_ring", P.RINGING_IN, "When there is no call-back", "Nobody waits to be rung back.")
NO_OTHER_TO_RING = _is(
    "no_other_to_ring", P.RINGING_IN, "When there is no other call-back", "There is nobody else to ring back."
)
ANOTHER_HAS_IT = _is(
    "another_has_it", P.RINGING_IN, "When a call-back is not to be had any more", "Somebody else has that one now."
)
WAS_IT_DONE = _is(
    "was_it_done",
    P.RINGING_IN,
    "After a call-back",
    "If it is done, press 1. To try again later, press 2.",
    must=("1", "2"),
)
NO_ANSWER = _is("no_answer", P.RINGING_IN, "When the resident did not answer", "They did not answer.")
TALK_OVER = _is("talk_over", P.RINGING_IN, "When they have talked", "That call is over.")
MARKED_DONE = _is("marked_done", P.RINGING_IN, "When it is done", "Thank you, it is marked done.")
TRY_LATER = _is(
    "try_later",
    P.RINGING_IN,
    "When it is to be tried again",
    "Thank you. It is back on the desk, to be tried again later.",
)

NOTHING_ASKED = _is(
    "nothing_asked", P.RINGING_IN, "When a coordinator has nothing open", "Nothing is open with you just now."
)
HOW_MANY = _is("how_many", P.RINGING_IN, "How much a coordinator has open", "You have {count}.")
ASKED_OF_YOU = _is(
    "asked_of_you",
    P.RINGING_IN,
    "A request a coordinator is asked about",
    "{what} near {street}, {by}. Please say by {when}.",
)
ASKED_TO_RING = _is(
    "asked_to_ring",
    P.RINGING_IN,
    "An offer of help a coordinator is asked about",
    "Somebody near {street} offers help. Please say by {when}.",
)
CAN_YOU_RING = _is(
    "can_you_ring",
    P.RINGING_IN,
    "What can be pressed then",
    "If you will ring them, press 1. If you cannot, press 2.",
    must=("1", "2"),
)
CAN_YOU = _is(
    "can_you",
    P.RINGING_IN,
    "What can be pressed then",
    "If you will find somebody, press 1. If you cannot, press 2.",
    must=("1", "2"),
)
YOU_TOOK = _is(
    "you_took", P.RINGING_IN, "A request that a coordinator took", "You took this: {what} near {street}, {by}."
)
HEAR_DETAILS = _is(
    "hear_details", P.RINGING_IN, "What can be pressed then", "To hear who and where, press 1.", must=("1",)
)
RING_RESIDENT = _is(
    "ring_resident",
    P.RINGING_IN,
    "What can be pressed then, when there is a number",
    "To talk to them, with both numbers hidden, press 2.",
    must=("2",),
)
DONE_OR_BACK = _is(
    "done_or_back",
    P.RINGING_IN,
    "What can be pressed then",
    "When it is done, press 3. To give it back, press 4.",
    must=("3", "4"),
)
FOUND_SOMEBODY = _is(
    "found_somebody",
    P.RINGING_IN,
    "What can be pressed until then",
    "Once you have found somebody, press 7.",
    must=("7",),
)
ONE_BEFORE = _is("one_before", P.RINGING_IN, "When there are several more", "For the one before, press 6.", must=("6",))
THEY_ARE_FOUND = _is(
    "they_are_found",
    P.RINGING_IN,
    "When a coordinator has found somebody",
    "Thank you, we know now that somebody will do it.",
)
IT_IS_YOURS = _is("it_is_yours", P.RINGING_IN, "When a coordinator says yes", "Thank you, it is yours.")
WE_ASK_OTHERS = _is(
    "we_ask_others",
    P.RINGING_IN,
    "When a coordinator cannot, or gives it back",
    "Thank you for saying. We will ask somebody else.",
)
MOVED_ON = _is(
    "moved_on",
    P.RINGING_IN,
    "When the request is somebody else's by now",
    "That one has moved on, so there is nothing for you to do.",
)
SAY_AWAY = _is(
    "say_away", P.RINGING_IN, "At the end of a coordinator's first menu", "If you are going away, press 8.", must=("8",)
)
SAY_BACK = _is(
    "say_back",
    P.RINGING_IN,
    "To a coordinator who is away",
    "You are away until {when} is over. If you are back, press 8.",
    must=("8",),
)
AWAY_WEEKS = _is(
    "away_weeks",
    P.RINGING_IN,
    "When a coordinator is going away",
    "From today, for how many weeks? Press 1, 2, 3 or 4. If you are not going away, press 5.",
    must=("1", "2", "3", "4", "5"),
)
AWAY_UNTIL = _is(
    "away_until",
    P.RINGING_IN,
    "When she has said for how long",
    "Thank you. Until {when} is over we ask you for nothing, and what you have not answered goes to somebody else.",
)
AWAY_OVERLAPS = _is(
    "away_overlaps",
    P.RINGING_IN,
    "When some of those days were said before",
    "You have said before that you are away on some of those days, so nothing is changed. Somebody on the line can change it.",
)
WELCOME_BACK = _is(
    "welcome_back", P.RINGING_IN, "When a coordinator is back", "Welcome back. We ask you again from now on."
)
NAME_IS = _is("name_is", P.RINGING_IN, "The details: who", "The name is {who}.", plainly="name_unknown")
NAME_UNKNOWN = _is("name_unknown", P.RINGING_IN, "The details, when there is no name", "No name was given.")
HOUSE_IS = _is("house_is", P.RINGING_IN, "The details: where", "The house is {house}, {street}.")
STREET_IS = _is(
    "street_is", P.RINGING_IN, "The details, when the house is not known", "The street is {street}. We have no house."
)
NEEDS_ARE = _is("needs_are", P.RINGING_IN, "The details: what", "What is needed: {needs}")
PRESCRIPTION_CARE = _is(
    "prescription_care",
    P.RINGING_IN,
    "The details of a prescription",
    "Only somebody they know, or the chemist, should fetch a prescription.",
)

WE_ASK = _is(
    "we_ask",
    P.TOLD,
    "As a coordinator picks up, who is asked by a call",
    "This is {group}. Somebody near {street} needs {what}, {by}. Can you find somebody for it?",
    plainly="we_ask_plainly",
)
WE_ASK_PLAINLY = _is(
    "we_ask_plainly",
    P.TOLD,
    "The same, in a language in which we cannot say what is needed",
    "This is {group}. Somebody near {street} needs help. Can you find somebody for it?",
)
WE_ASK_TO_RING = _is(
    "we_ask_to_ring",
    P.TOLD,
    "As a coordinator picks up, when somebody offers help",
    "This is {group}. Somebody near {street} offers help. Can you ring them?",
)
TAKE_IT_OR_NOT = _is(
    "take_it_or_not",
    P.TOLD,
    "What can be pressed then",
    "Press 1 to take it, 2 if you can't, star to hear it again.",
    must=("1", "2"),
)
TOLD_WRONG_KEY = _is("told_wrong_key", P.TOLD, "When a key means nothing", "That key does nothing here.")
YOU_HAVE_IT = _is("you_have_it", P.TOLD, "When they press 1", "Thank you, it is yours.")
YOU_CANNOT = _is("you_cannot", P.TOLD, "When they press 2", "Thank you for saying. We will ask somebody else. Goodbye.")
HAS_MOVED_ON = _is(
    "has_moved_on", P.TOLD, "When it is somebody else's by now", "That one has moved on, thank you. Goodbye."
)
NOBODY_PRESSED = _is(
    "nobody_pressed",
    P.TOLD,
    "When they, or an answerphone, pressed nothing",
    "No key was pressed, so we try again later, or ask somebody else. Goodbye.",
)
TEXT_SAYS_WHERE = _is(
    "text_says_where", P.TOLD, "After 1, to whom a text tells the details", "A text says who and where. Goodbye."
)
KEY_IN_YOUR_PIN = _is(
    "key_in_your_pin",
    P.TOLD,
    "After 1, to whom the details are spoken",
    "To hear who and where now, key in your PIN and press hash.",
)
PIN_NOT_RIGHT = _is(
    "pin_not_right",
    P.TOLD,
    "When it is not their PIN",
    "That PIN is not right. Please key it in again, and press hash.",
)
NO_PIN_YET = _is(
    "no_pin_yet",
    P.TOLD,
    "After 1, when they have no PIN",
    "To hear who and where you need a PIN, and have none yet. Please ring us on {helpline}: "
    "whoever answers tells you, and has one set for you. Goodbye.",
)
RING_US_FOR_IT = _is(
    "ring_us_for_it",
    P.TOLD,
    "After 1, when the PIN was not keyed in",
    "To hear who and where another time, ring us on {helpline} and key in your PIN. Goodbye.",
)
RING_US_INSTEAD = _is(
    "ring_us_instead",
    P.TOLD,
    "After 1, when no PIN is taken",
    "No PIN is taken from this number for a while. Please ring us on {helpline}, and whoever answers tells you. Goodbye.",
)
AFTER_DETAILS = _is(
    "after_details",
    P.TOLD,
    "After the details",
    "To hear that again, press star. When it is done, ring us on {helpline} and say so. Thank you. Goodbye.",
)
WORDS_FOR_YOU = _is(
    "words_for_you",
    P.TOLD,
    "As somebody picks up, for whom there is news",
    "This is {group}, with a message for you. To hear it, press 1.",
    must=("1",),
)
THE_WORDS_ARE = _is("the_words_are", P.TOLD, "The news", "{told}")
AGAIN_OR_GOODBYE = _is(
    "again_or_goodbye", P.TOLD, "After the news", "To hear it again, press star. Otherwise just hang up. Goodbye."
)
TELLING_BROKE = _is(
    "telling_broke",
    P.TOLD,
    "When something of ours is broken",
    "Sorry, something of ours is broken. Nothing is lost: we try again, or somebody rings you. Goodbye.",
    fixed=True,
)

NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def place(number: int) -> dict[str, str]:
    """A place in the queue as each language says it that we know how to."""
    return {
        ENGLISH: PLACES[number - 1] if number <= len(PLACES) else f"number {number}",
        "pl": str(number),
    }


def how_many(number: int) -> dict[str, str]:
    """How many of something, at the beginning of a sentence, as each language says it that we know how to."""
    return {ENGLISH: NUMBERS[number] if number < len(NUMBERS) else str(number), "pl": str(number)}

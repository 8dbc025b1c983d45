"""What an attribute may hold. Each check gives None, or what is wrong."""

import re
from collections.abc import Callable

Check = Callable[[str], str | None]

NUMBER = re.compile(r"^\+[1-9]\d{6,14}$")
"""A telephone number in full: plus, country, number."""

SPOKEN = """
af-ZA ar-AE ar-XA arb bg-BG bn-IN ca-ES cmn-CN cs-CZ cy-GB da-DK de-AT de-CH de-DE el-GR en-AU en-GB
en-GB-WLS en-IE en-IN en-NZ en-US en-ZA es-ES es-MX es-US eu-ES fi-FI fil-PH fr-BE fr-CA fr-FR gl-ES
gu-IN he-IL hi-IN hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lt-LT lv-LV ml-IN mr-IN ms-MY nb-NO nl-
BE nl-NL pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sr-RS sv-SE ta-IN te-IN th-TH tr-TR uk-UA vi-VN
yue-CN zh-CN zh-HK zh-TW
"""
LANGUAGES = frozenset(SPOKEN.split())
"""Languages with a voice (https://www.twilio.com/docs/voice/twiml/say/text-speech). Urdu and Somali have none."""

POLLY = {
    "ar-AE": "Hala Zayd",
    "arb": "Zeina",
    "ca-ES": "Arlet",
    "cy-GB": "Gwyneth",
    "da-DK": "Mads Naja Sofie",
    "de-AT": "Hannah",
    "de-DE": "Daniel Hans Marlene Vicki",
    "en-AU": "Nicole Olivia Russell",
    "en-GB": "Amy Arthur Brian Emma",
    "en-GB-WLS": "Geraint",
    "en-IE": "Niamh",
    "en-IN": "Aditi Kajal Raveena",
    "en-NZ": "Aria",
    "en-US": "Danielle Gregory Ivy Joanna Joey Justin Kendra Kevin Kimberly Matthew Ruth Salli Stephen",
    "en-ZA": "Ayanda",
    "es-ES": "Conchita Enrique Lucia Sergio",
    "es-MX": "Andres Mia",
    "es-US": "Lupe Miguel Pedro Penelope",
    "fr-CA": "Chantal Gabrielle Liam",
    "fr-FR": "Celine Lea Mathieu Remi",
    "hi-IN": "Aditi Kajal",
    "it-IT": "Adriano Bianca Carla Giorgio",
    "nl-NL": "Laura Lotte Ruben",
    "pl-PL": "Ewa Jacek Jan Maja Ola",
    "pt-BR": "Camila Ricardo Thiago Vitoria",
    "pt-PT": "Cristiano Ines",
    "ro-RO": "Carmen",
    "ru-RU": "Maxim Tatyana",
    "sv-SE": "Astrid Elin",
    "tr-TR": "Burcu Filiz",
}


def whole(least: int = 0, most: int = 10**9) -> Check:
    """Hold a value to a whole number within limits."""

    def check(value: str) -> str | None:
        if re.fullmatch(r"\d+", value) and least <= int(value) <= most:
            return None
        return f"must be a whole number from {least} to {most}, not {value!r}"

    return check


def one_of(*allowed: str) -> Check:
    """Hold a value to a few words."""
    return lambda value: None if value in allowed else f"must be one of {', '.join(allowed)}, not {value!r}"


def some_of(*allowed: str) -> Check:
    """Hold a value to several of a few words, with spaces between."""

    def check(value: str) -> str | None:
        wrong = [word for word in value.split() if word not in allowed]
        return f"may hold {', '.join(allowed)}, not {' '.join(wrong)!r}" if wrong or not value.split() else None

    return check


def matching(pattern: str, sentence: str) -> Check:
    """Hold a value to a pattern, described by a sentence."""
    return lambda value: None if re.fullmatch(pattern, value) else f"{sentence}, not {value!r}"


def a_language(value: str) -> str | None:
    """Hold a value to a language that has a voice."""
    return None if value in LANGUAGES else f"there is no voice for the language {value!r}"


def voice_problem(voice: str, language: str | None) -> str | None:
    """Say what is wrong with a voice, or with the pair of voice and language; such a pair fails the verb."""
    if voice in {"man", "woman", "alice"}:
        return None
    google = re.fullmatch(r"Google\.([a-z]{2,3}-[A-Z]{2})-[A-Za-z0-9]+(-[A-Za-z]+)?", voice)
    polly = re.fullmatch(r"Polly\.([A-Z][a-z]+)(-Neural|-Generative)?", voice)
    if google:
        spoken = {google[1]}
    elif polly:
        spoken = {code for code, names in POLLY.items() if polly[1] in names.split()}
    else:
        return f"there is no voice {voice!r}"
    if not spoken & LANGUAGES:
        return f"there is no voice {voice!r}"
    return f"the voice {voice} does not speak {language}" if language and language not in spoken else None


METHOD = one_of("GET", "POST")
BOOLEAN = one_of("true", "false")
KEYS = matching(r"[0-9*#]*", "may hold 0-9, * and #")
CALL_EVENTS = some_of("initiated", "ringing", "answered", "completed")

CHECKS: dict[str, Check] = {
    "method": METHOD,
    "waitUrlMethod": METHOD,
    "statusCallbackMethod": METHOD,
    "recordingStatusCallbackMethod": METHOD,
    "Say.loop": whole(0, 1000),
    "Say.language": a_language,
    "Play.loop": whole(0, 1000),
    "Play.digits": matching(r"[0-9*#wW]+", "may hold 0-9, *, # and w"),
    "Pause.length": whole(0, 3600),
    "Gather.timeout": whole(0, 3600),
    "Gather.numDigits": whole(1, 128),
    "Gather.finishOnKey": matching(r"[0-9*#]?", "must be one key or empty"),
    "Gather.actionOnEmptyResult": BOOLEAN,
    "Gather.bargeIn": BOOLEAN,
    "Enqueue.maxQueueSize": whole(1, 5000),
    "Reject.reason": one_of("rejected", "busy"),
    "Dial.timeout": whole(5, 600),
    "Dial.timeLimit": whole(1, 86400),
    "Dial.hangupOnStar": BOOLEAN,
    "Dial.answerOnBridge": BOOLEAN,
    "Conference.muted": BOOLEAN,
    "Conference.beep": one_of("true", "false", "onEnter", "onExit"),
    "Conference.startConferenceOnEnter": BOOLEAN,
    "Conference.endConferenceOnExit": BOOLEAN,
    "Conference.waitMethod": METHOD,
    "Conference.maxParticipants": whole(2, 250),
    "Conference.statusCallbackEvent": some_of(
        "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"
    ),
    "Number.statusCallbackEvent": CALL_EVENTS,
    "Number.sendDigits": matching(r"[0-9*#wW]+", "may hold 0-9, *, # and w"),
    "Record.timeout": whole(0, 3600),
    "Record.finishOnKey": KEYS,
    "Record.maxLength": whole(1, 14400),
    "Record.playBeep": BOOLEAN,
    "Record.trim": one_of("trim-silence", "do-not-trim"),
    "Record.recordingStatusCallbackEvent": some_of("in-progress", "completed", "absent"),
}


def problem(verb: str, attribute: str, value: str) -> str | None:
    """Say what is wrong with an attribute's value, or None."""
    check = CHECKS.get(f"{verb}.{attribute}") or CHECKS.get(attribute)
    return check(value) if check else None

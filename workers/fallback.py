"""What is kept elsewhere for when our machine is gone: it asks nothing of us, and holds no address of ours."""

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from helpline import languages, phone, script, wording
from helpline.config import Settings
from helpline.script import Sentence

RINGS = 60  # seconds


def for_a_call(settings: Settings) -> str:
    """What a caller hears, as TwiML: that we are sorry, then the fallback number, then what is true whoever answered."""
    said = VoiceResponse()
    _say(said, script.EMERGENCY, script.BROKEN)
    said.dial(settings.fallback_number, caller_id=settings.helpline_number, timeout=RINGS)
    # Without an action of the dial's this is said when nobody answered, and also when whoever answered has rung off.
    _say(said, script.AFTERWARDS, script.EMERGENCY, script.FAREWELL)
    return str(said)


def _say(said: VoiceResponse, *sentences: Sentence) -> None:
    voice, language = languages.KNOWN[script.ENGLISH].voice or ("", "")
    said.say(" ".join(sentence.words for sentence in sentences), voice=voice, language=language)


def for_a_text(settings: Settings) -> str:
    """What is answered to a text, as TwiML."""
    answer = MessagingResponse()
    answer.message(wording.unread_text(settings.group_name, phone.spoken(settings.helpline_number)))
    return str(answer)


def how_to_set_it(settings: Settings, *, texts: bool) -> str:
    """Where to put the document, for whoever holds the account at the carrier."""
    what, file = ("message", "texts.xml") if texts else ("call", "calls.xml")
    return f"""\
Keep this where it outlives our computer: in a TwiML Bin in the carrier's console, or as {file} on a web host with https.
Then open the number {phone.spoken(settings.helpline_number)} in the console. Where it says what to do when a {what} comes in,
put its address under "Primary handler fails", as a webhook with HTTP GET; a bin is chosen there by its name.
With a web host, the numbers of callers then end up in that host's log; with a bin they stay at the carrier.
When FALLBACK_NUMBER, HELPLINE_NUMBER or GROUP_NAME changes, print it again. "helpline doctor" says whether it is set."""

"""The words that people answer with, by language and by what they do in a text: data for `replies`. A new language is an entry.

Written plainly: capitals, accents, apostrophes, and the dots and dashes of any script's punctuation make no difference. `|` stands
between phrases. Whatever is in none of these lists makes a text unclear, so only what cannot be taken in two ways belongs here, and
a phrase that hides the opposite (`no problem`, `can not`) must be listed whole: the longest is read first.

Where they come from. Yes and no in Polish, Punjabi and Urdu: the Unicode Common Locale Data Repository (`posix/messages`: yesstr,
nostr) and the locales of the GNU C library made of it (pl_PL, pa_IN, ur_PK). The others are what Wiktionary has as the everyday
words of agreeing, refusing, thanking and having finished, with the spellings that people text in Latin letters. No native speaker
has gone over the Punjabi and Urdu yet: whoever can, should. What the carriers act on: Twilio, "Support for opt-out keywords".
"""

from collections.abc import Mapping
from enum import StrEnum
from itertools import product


class Role(StrEnum):
    """What a phrase does in a text."""

    YES = "yes"
    NOD = "nod"
    """Yes to what was just asked; after anything else only that it was read."""
    PROMISE = "promise"
    """Likewise; and together with a word of being done, it is not done."""
    NO = "no"
    SORRY = "sorry"
    """By itself a no; asked, only that it was not understood."""
    REASON = "reason"
    """Why not. It changes nothing of a no, and says nothing by itself."""
    DONE = "done"
    WELL = "well"
    """How it went. It says nothing by itself."""
    SOON = "soon"
    """When, without any doubt whether."""
    WHAT = "what"
    HELP = "help"
    THANKS = "thanks"
    POLITE = "polite"
    READY = "ready"
    PAUSE = "pause"
    AWAY = "away"
    DOUBT = "doubt"
    """Takes a yes back, but no no."""


# The carriers act on these themselves, when a text holds nothing else; none of our words is among them.
STOP = frozenset({"stop", "unsubscribe", "end", "quit", "stopall", "stop all", "revoke", "optout", "opt out", "cancel"})
START = frozenset({"start", "unstop"})


def _each(*parts: str) -> str:
    """Every way to put one phrase of each part after the other."""
    return "|".join(" ".join(" ".join(one).split()) for one in product(*(part.split("|") for part in parts)))


_IT = "|it|that|this|that one|this one"
_DO_IT = _each("do", _IT)
_ILL, _I_AM, _I_HAVE = (
    "i'll|i will|i shall|we'll|we will|we shall",
    "i'm|i am|we're|we are",
    "i've|i have|we've|we have",
)
ENGLISH: Mapping[Role, str] = {
    Role.YES: "1|yes|y|yep|yup|yeah|yea|yeh|ye|ya|aye|certainly|absolutely|definitely|of course|for sure|indeed|affirmative|gladly"
    "|yes can|yes will|yes please do|certainly can|certainly will|with pleasure|my pleasure|count me in|put me down|accept"
    "|i accept|accepted|" + _each("it's|it is|that's|that is", "a yes"),
    Role.NOD: "ok|okay|okk|oki|okie|okey|k|kk|sure|sure thing|fine|fine with me|fine by me|ok with me|ok by me|alright"
    "|all right|go ahead"
    "|no problem|no problem at all|no prob|no probs|no bother|no worries|no trouble|not a problem|"
    + _each("ok|okie|okey", "dokey|dokie")
    + "|"
    + _each("that's|that is", "ok|okay|fine|alright|all right"),
    Role.PROMISE: "can do|will do|yes will do|yes can do|can help|i can|i will|i shall|we can|we will|we shall|i am able to"
    "|i'm able to|we are able to|leave it with me|leave it to me|consider it done|count on me|you can count on me|going now|"
    + _each("yes|ok", _I_AM, "free")
    + "|"
    + _each(f"|{_I_AM}", "on my way|on it|still on it|still doing it")
    + "|"
    + _each(f"|{_I_AM}|i'd be|i would be|we'd be|would be", "happy|glad|pleased", f"to|to help|{_each('to', _DO_IT)}")
    + "|"
    + _each(
        f"i can|we can|{_ILL}|{_each(_I_AM, 'able to')}",
        f"{_DO_IT}|go|help|manage|manage it|manage that|sort it|sort that",
    )
    + "|"
    + _each(_ILL, "take|see to", _IT)
    + f"|{_each(_ILL, 'get it done')}|i'm in|we're in",
    Role.NO: "2|no|n|nope|nah|naw|noo|no can do|no way|not me|not for me|not possible|decline|i decline|pass|i pass|i'll pass"
    "|pass on this one"
    "|pass on this|i don't want to|don't ask me|"
    + _each("not", "this time|today|now|tonight|tomorrow|this week|this morning|this afternoon|this evening")
    + "|"
    + _each(f"|{_I_AM}", "afraid not")
    + "|unfortunately not|sadly not|regret not|"
    + _each("it's|it is|that's|that is", "a no")
    + "|"
    + _each("|i|we|i'll|we'll", "have to|must", "say no|decline|pass")
    + "|"
    + _each(
        "|i|we|afraid i|i'm afraid i|i am afraid i",
        "can't|cannot|can not|couldn't|could not",
        f"|{_DO_IT}|help|go|manage|manage it|make it",
    )
    + "|"
    + _each(f"|{_I_AM}", "unable|unavailable|not able|not available|not free", f"|to|to help|{_each('to', _DO_IT)}")
    + "|"
    + _each("|i|we", "won't|will not", "|be able|be able to|be able to help")
    + "|"
    + _each("nobody|no one", "can|is available|available|is free|free"),
    Role.SORRY: _each("sorry|so sorry|very sorry|i'm sorry|i am sorry", "|but") + "|unfortunately|sadly|regret",
    Role.REASON: _each(f"|{_I_AM}", "at work|working|ill|unwell|poorly|not well|busy|too busy|in hospital|in bed")
    + "|this week|this time|tonight|tomorrow|just now|at the moment|right now|at present",
    Role.DONE: _each(
        "|all|it's|it is|it's all|it is all|that's|that is|that's all|that is all|is|all is",
        "done|sorted|finished",
        "|now",
    )
    + "|"
    + _each(
        "|all|it's|it is|it's all|is|been|it's been|it has been|has been|it has all been|it's all been",
        "completed|delivered|dealt with|taken care of|done",
    )
    + "|complete|it's complete|is complete|now done|now sorted|now finished|done and dusted|all done and dusted"
    "|done and delivered|job done|task done"
    "|that's it done|mission accomplished|done it|"
    + _each("|i|we|they|she|he", "did", "it|that|this")
    + "|"
    + _each(f"{_I_HAVE}|they've|they have", "done|finished|sorted", "it|that|this")
    + f"|{_each(_I_HAVE, 'done|finished')}",
    Role.WELL: "all good|all fine|all ok|all okay|all well|all went well|went well|it went well",
    Role.SOON: "today|now|this morning|this afternoon|straight away|right away|straightaway|asap",
    Role.WHAT: "what|who|where|when|which|which one|what one|who is it|who's it|who is this|who's this|who is that"
    "|who is it for|who for"
    "|who's it for|what is it|what's it|what is this|what's this|what for|what is it for|what's open|what is open|what do i have"
    "|what have i got|where is it|when is it|when for|list|list please|info|details|more details|eh|huh|pardon|what do you mean"
    "|what do i do|what do i reply|how do i answer|how do i reply|how does this work|how does it work|i don't understand"
    "|don't understand|what letter|which letter",
    Role.HELP: "help|help me|i need help|need help",
    Role.THANKS: "thanks|thank you|thank u|thankyou|thx|thks|tks|ty|ta|cheers|many thanks|thanks a lot|thanks so much"
    "|thanks very much"
    "|thank you so much|thank you very much|much appreciated|great|lovely|brilliant|perfect|bye|goodbye|good night|goodnight"
    "|take care",
    Role.POLITE: "please|pls|plz|then|love|dear|darling|duck|pet|mate|pal|hun|hen|x|xx|bless|bless you|god bless|hi|hello|hey|hiya"
    "|morning|good morning|good afternoon|good evening|from me|for me|regards|kind regards|best wishes",
    Role.READY: _each("|i'm|i am", "ready|free|back", "|now|again")
    + "|ready for the next|ready for the next one|ready for the next call|ready for next call|available now|ring me again"
    "|resume|unpause",
    Role.PAUSE: "pause|pause me|pause my phone|pause now|break|a break|on a break|need a break|i need a break|taking a break"
    "|having a break|don't ring me|do not ring me",
    Role.AWAY: _each(f"|{_I_AM}", "away|on holiday|going away|on leave"),
}
POLISH: Mapping[Role, str] = {
    Role.YES: "tak|oczywiście|jak najbardziej",
    Role.NOD: "dobrze|dobra|jasne|okej|w porządku|nie ma sprawy|nie ma problemu|bez problemu",
    Role.PROMISE: "mogę|mogę to zrobić|zrobię|zrobię to|pomogę|załatwię|załatwię to",
    Role.NO: "nie|nie mogę|nie dam rady|nie dziś|nie dzisiaj|nie teraz|nie tym razem|niestety|niestety nie|niestety nie mogę"
    "|przykro mi",
    Role.SORRY: "przepraszam",
    Role.DONE: _each("|już|wszystko|jest", "zrobione|gotowe|załatwione|skończone")
    + "|zrobiłem|zrobiłam|załatwiłem|załatwiłam",
    Role.SOON: "dziś|dzisiaj|zaraz|już idę",
    Role.WHAT: "co|kto|kto to|kto to jest|co to|co to jest|gdzie|kiedy|który|która|nie rozumiem|jak odpowiedzieć|lista",
    Role.HELP: "pomocy|na pomoc|potrzebuję pomocy",
    Role.THANKS: "dziękuję|dziekuje bardzo|dzięki|dzięki bardzo",
    Role.POLITE: "proszę|pozdrawiam|dzień dobry|cześć|witam",
}
PUNJABI: Mapping[Role, str] = {
    Role.YES: "ਹਾਂ|ਹਾਂ ਜੀ|ਹਾਂਜੀ|ਜੀ ਹਾਂ|ਜ਼ਰੂਰ|haan|haanji|haan ji|hanji|han ji|han|hanjee|zaroor|jaroor",
    Role.NOD: "ਠੀਕ ਹੈ|ਠੀਕ ਹੈ ਜੀ|theek hai|thik hai|theek ha|theek a|theek|thik",
    Role.PROMISE: "ਕਰ ਦਿਆਂਗਾ|ਕਰ ਦਿਆਂਗੀ|ਕਰਾਂਗਾ|ਕਰਾਂਗੀ|kar dunga|kar dungi|kar dianga|kar diangi|karanga|karangi",
    Role.NO: "ਨਹੀਂ|ਨਹੀ|ਨਹੀਂ ਜੀ|ਜੀ ਨਹੀਂ|ਨਹੀਂ ਕਰ ਸਕਦਾ|ਨਹੀਂ ਕਰ ਸਕਦੀ|ਮਾਫ਼ ਕਰਨਾ|ਮਾਫ ਕਰਨਾ|nahi|nahin|naheen|nahi ji|nahin ji"
    "|ji nahi|ji nahin"
    "|nahi kar sakta|nahi kar sakti|nahi kar sakda|nahi kar sakdi|maaf karna|maf karna",
    Role.DONE: "ਹੋ ਗਿਆ|ਹੋ ਗਿਆ ਹੈ|ਕਰ ਦਿੱਤਾ|ਕਰ ਦਿੱਤਾ ਹੈ|ho gaya|ho gia|ho gya|hogaya|ho gaya hai|kar ditta|kar dita|kar ditta hai",
    Role.WHAT: "ਕੌਣ|ਕੀ|ਕਿੱਥੇ|ਕੌਣ ਹੈ|kaun|kaun hai|kon hai",
    Role.HELP: "ਮਦਦ|madad",
    Role.THANKS: "ਧੰਨਵਾਦ|ਸ਼ੁਕਰੀਆ|dhanvaad|dhanvad|dhanwad|shukriya|shukria",
    Role.POLITE: "ਜੀ|ਸਤ ਸ੍ਰੀ ਅਕਾਲ|ji|jee|sat sri akal",
}
URDU: Mapping[Role, str] = {
    Role.YES: "ہاں|جی ہاں|ہاں جی|ضرور|ji haan|jee haan|jee han|zaroor",
    Role.NOD: "ٹھیک ہے|theek hay|thik hay",
    Role.PROMISE: "کر دوں گا|کر دوں گی|kar doon ga|kar doon gi",
    Role.NO: "نہیں|جی نہیں|نہیں کر سکتا|نہیں کر سکتی|معذرت|nahin kar sakta|nahin kar sakti|mazrat|maazrat",
    Role.DONE: "ہو گیا|ہوگیا|ہو گیا ہے|کر دیا|کر دیا ہے|مکمل|kar diya|kar diya hai|mukammal",
    Role.WHAT: "کون|کیا|کہاں|کون ہے|kya",
    Role.HELP: "مدد",
    Role.THANKS: "شکریہ|بہت شکریہ",
    Role.POLITE: "جی|السلام علیکم|salaam|assalamu alaikum",
}
LANGUAGES: Mapping[str, Mapping[Role, str]] = {"en": ENGLISH, "pl": POLISH, "pa": PUNJABI, "ur": URDU}

# Words that are understood with one letter wrong, added, left out, or two changed round, if the first is right; and words of their
# own that are as near as that to one of them.
FUZZY = "yes|yeah|okay|done|finished|sorted|completed|sorry|cannot|please|thanks|definitely|absolutely"
NEAR = (
    "dont|yet|yen|yew|yea|yeas|yrs|yens|yews|yids|year|yeah|yean|dine|dome|dope|dove|dole|dose|dote|doe|doze|don|dune|dene"
    "|dyne|dong|donne|donor"
    "|doner|dones|donee|donkey|drone|dost|finishes|finisher|snorted|sported|shorted|sorter|stored|sortie|soared|sore|soured"
    "|storey|sorely"
    "|pleased|pleases|pleas|thank|thinks|thanes|completes|cannon|canto|okays|oak|oat|oaky"
)
# Words that stand before a letter and add nothing to it.
BEFORE_A_LETTER = "to|for|on|re|with|the|letter|option"
# A machine wrote it, however it goes on.
AUTOMATIC = (
    "auto reply|autoreply|auto response|automatic reply|automatic response|automated|automatic message|automatically|auto"
    "|out of office|out of the office|i am driving|i'm driving|while driving|not receiving notifications|away from my desk"
    "|will see your message|get back to you|unavailable right now|respond as soon as|reply as soon as|thank you for contacting"
    "|thanks for contacting|thank you for your message|not monitored|do not reply|wiadomość automatyczna|autoodpowiedź"
    "|prowadzę samochód"
)

THUMB_UP, THUMB_DOWN = "\N{THUMBS UP SIGN}", "\N{THUMBS DOWN SIGN}"
# Pictures; any other adds nothing.
PICTURES: Mapping[Role, str] = {
    Role.NOD: THUMB_UP + "\N{OK HAND SIGN}",
    Role.NO: THUMB_DOWN,
    Role.DOUBT: (
        "\N{SHRUG}\N{THINKING FACE}\N{BLACK QUESTION MARK ORNAMENT}\N{WHITE QUESTION MARK ORNAMENT}"
        "\N{EXCLAMATION QUESTION MARK}\N{CROSS MARK}"
        "\N{NEGATIVE SQUARED CROSS MARK}\N{NO ENTRY SIGN}\N{NO ENTRY}\N{FACE WITH NO GOOD GESTURE}\N{GRIMACING FACE}"
        "\N{CONFUSED FACE}"
        "\N{UPSIDE-DOWN FACE}\N{FACE WITH ROLLING EYES}\N{CRYING FACE}\N{LOUDLY CRYING FACE}\N{DISAPPOINTED FACE}\N{PENSIVE FACE}"
        "\N{WHITE FROWNING FACE}\N{SLIGHTLY FROWNING FACE}\N{NEUTRAL FACE}\N{EXPRESSIONLESS FACE}\N{FACE PALM}\N{HOURGLASS}"
        "\N{HOURGLASS WITH FLOWING SAND}\N{FACE WITH TEARS OF JOY}\N{ROLLING ON THE FLOOR LAUGHING}\N{WEARY FACE}\N{UNAMUSED FACE}"
        "\N{HAND WITH INDEX AND MIDDLE FINGERS CROSSED}\N{FACE WITH ONE EYEBROW RAISED}\N{WORRIED FACE}"
    ),
    Role.THANKS: (
        "\N{PERSON WITH FOLDED HANDS}\N{HEAVY BLACK HEART}\N{SMILING FACE WITH SMILING EYES}\N{GRINNING FACE}"
        "\N{SLIGHTLY SMILING FACE}"
        "\N{SMILING FACE WITH OPEN MOUTH}\N{FACE THROWING A KISS}\N{HUGGING FACE}\N{CLAPPING HANDS SIGN}\N{BOUQUET}\N{TWO HEARTS}"
    ),
}

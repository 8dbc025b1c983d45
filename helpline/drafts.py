"""Drafts of what residents hear, in other languages: unspoken until a group has had a speaker of the language read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

POLISH = {
    "choose": "Po polsku: proszę nacisnąć {key}.",
    "greeting": "Dzień dobry, tu {group}.",
    "emergency": "Jeśli czyjeś życie jest w niebezpieczeństwie, proszę się rozłączyć i zadzwonić pod numer 999.",
    "menu": "Aby z kimś porozmawiać, proszę nacisnąć 1 albo po prostu poczekać.",
    "wrong_key": "Ten klawisz tutaj nie działa.",
    "ringing_somebody": "Dziękujemy. Właśnie do kogoś dzwonimy.",
    "still_ringing": "Nadal próbujemy się do kogoś dodzwonić.",
    "nobody_free": "W tej chwili wszyscy są zajęci. Połączymy z pierwszą wolną osobą.",
    "long_wait": "To trwa dłużej, niż powinno. Można nadal czekać.",
    "place": "Miejsce w kolejce: {place}.",
    "others_first": "Przed Państwem czekają inne osoby.",
    "ways_while_waiting": "Jeśli mamy oddzwonić, proszę nacisnąć 2. Aby zostawić wiadomość, proszę nacisnąć 3.",
    "way_while_withheld": "Aby zostawić wiadomość, proszę nacisnąć 3.",
    "through_to": "Łączymy. Po drugiej stronie jest {name}.",
    "through": "Połączenie gotowe, proszę mówić.",
    "nobody_on": "W tej chwili nikt nie dyżuruje.",
    "next_on": "Następny dyżur: {when}.",
    "opens_again": "Dyżur będzie w innym terminie.",
    "could_not_find": "Teraz nie udało się nam nikogo znaleźć.",
    "ways_out": (
        "Jeśli mamy oddzwonić, proszę nacisnąć 2 albo po prostu poczekać. Aby zostawić wiadomość, proszę nacisnąć 3."
    ),
    "number_withheld": "Nie widzimy Państwa numeru telefonu.",
    "record": (
        "Po sygnale proszę zostawić wiadomość, podając swoje imię i numer telefonu. "
        "Na koniec proszę nacisnąć krzyżyk albo po prostu się rozłączyć. Przechowujemy ją przez {kept}."
    ),
    "message_kept": "Dziękujemy. Wiadomość została zapisana i ktoś jej wysłucha. Do widzenia.",
    "heard_nothing": "Nic nie usłyszeliśmy.",
    "will_ring_back": "Dziękujemy. Zapisaliśmy to i ktoś oddzwoni.",
    "farewell": "Do widzenia.",
    "goodbye": "Dziękujemy za telefon. Do widzenia.",
    "nobody_there": "Przepraszamy, tam też nikt nie odebrał. Proszę zadzwonić później.",
}
URDU = {
    "choose": "اردو کے لیے {key} دبائیں۔",
    "greeting": "السلام علیکم، یہ {group} ہے۔",
    "emergency": "اگر کسی کی جان خطرے میں ہے تو فون بند کریں اور 999 ملائیں۔",
    "menu": "کسی سے بات کرنے کے لیے 1 دبائیں، یا بس انتظار کریں۔",
    "wrong_key": "یہ بٹن یہاں کام نہیں کرتا۔",
    "ringing_somebody": "شکریہ۔ ہم ابھی آپ کے لیے کسی کو فون کر رہے ہیں۔",
    "still_ringing": "ہم اب بھی آپ کے لیے کسی کو فون کر رہے ہیں۔",
    "nobody_free": "اس وقت کوئی فارغ نہیں ہے۔ جو پہلے فارغ ہوگا ہم اسے فون کریں گے۔",
    "long_wait": "اس میں زیادہ وقت لگ رہا ہے۔ آپ انتظار جاری رکھ سکتے ہیں۔",
    "place": "قطار میں آپ کا نمبر {place} ہے۔",
    "others_first": "آپ سے پہلے کچھ اور لوگ انتظار کر رہے ہیں۔",
    "ways_while_waiting": "اگر آپ چاہتے ہیں کہ ہم آپ کو واپس فون کریں تو 2 دبائیں۔ پیغام چھوڑنے کے لیے 3 دبائیں۔",
    "way_while_withheld": "پیغام چھوڑنے کے لیے 3 دبائیں۔",
    "through_to": "اب آپ {name} سے بات کر سکتے ہیں۔",
    "through": "اب آپ بات کر سکتے ہیں۔",
    "nobody_on": "اس وقت لائن پر کوئی نہیں ہے۔",
    "next_on": "لائن اگلی بار {when} کھلے گی۔",
    "opens_again": "لائن کسی اور وقت دوبارہ کھلے گی۔",
    "could_not_find": "ہم اس وقت آپ کی بات کسی سے نہیں کرا سکے۔",
    "ways_out": "اگر آپ چاہتے ہیں کہ ہم آپ کو واپس فون کریں تو 2 دبائیں، یا بس انتظار کریں۔ پیغام چھوڑنے کے لیے 3 دبائیں۔",
    "number_withheld": "ہمیں آپ کا فون نمبر نظر نہیں آ رہا۔",
    "record": (
        "براہِ کرم ٹون کے بعد اپنا پیغام، اپنا نام اور اپنا فون نمبر بتائیں۔ "
        "بات ختم ہونے پر ہیش دبائیں، یا بس فون بند کر دیں۔ ہم پیغام {kept} تک رکھتے ہیں۔"
    ),
    "message_kept": "شکریہ۔ آپ کا پیغام محفوظ ہے، اور کوئی اسے سنے گا۔ خدا حافظ۔",
    "heard_nothing": "ہمیں کچھ سنائی نہیں دیا۔",
    "will_ring_back": "شکریہ۔ یہ لکھ لیا گیا ہے، اور کوئی آپ کو واپس فون کرے گا۔",
    "farewell": "خدا حافظ۔",
    "goodbye": "فون کرنے کا شکریہ۔ خدا حافظ۔",
    "nobody_there": "معاف کیجیے، وہاں بھی کسی نے فون نہیں اٹھایا۔ براہِ کرم بعد میں دوبارہ فون کریں۔",
}
IN = {"pl": POLISH, "ur": URDU}

_ON = ("w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę", "w niedzielę")
_OF = [
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
]


def polish_moment(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """An instant as it is said in Polish: `dziś o 14:47`, `w sobotę, 21 listopada, o 10:00`."""
    there, here = at.astimezone(zone), now.astimezone(zone).date()
    days = {here: "dziś", here + timedelta(days=1): "jutro"}
    day = days.get(there.date(), f"{_ON[there.weekday()]}, {there.day} {_OF[there.month - 1]},")
    return f"{day} o {there.hour}:{there.minute:02}"


def polish_length(days: int) -> str:
    """How long something is kept, as it is said in Polish behind `przez`: `4 tygodnie`, `10 dni`."""
    weeks, rest = divmod(days, 7)
    if rest:
        return "1 dzień" if days == 1 else f"{days} dni"
    few = weeks % 10 in {2, 3, 4} and weeks % 100 not in {12, 13, 14}
    return "1 tydzień" if weeks == 1 else f"{weeks} {'tygodnie' if few else 'tygodni'}"


def urdu_length(days: int) -> str:
    """How long something is kept, as it is written in Urdu before `تک`."""
    return f"{days} دن" if days % 7 else f"{days // 7} ہفتے"

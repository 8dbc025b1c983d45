"""Drafts of what residents hear, in other languages: unspoken until a group has had a speaker of the language read them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

POLISH = {
    "choose": "Po polsku: proszę nacisnąć {key} albo po prostu poczekać.",
    "choose_another": "Po polsku: proszę nacisnąć {key}.",
    "greeting": "Dzień dobry, tu {group}.",
    "emergency": "Jeśli czyjeś życie jest w niebezpieczeństwie, proszę się rozłączyć i zadzwonić pod numer 999.",
    "menu": (
        "Aby z kimś porozmawiać, proszę nacisnąć 1 albo poczekać. Aby zaoferować pomoc: 2. Aby zapytać o swoją prośbę: 3."
    ),
    "or_somebody": "Aby z kimś porozmawiać, proszę nacisnąć 1 albo po prostu poczekać.",
    "wrong_key": "Ten klawisz tutaj nie działa.",
    "offering": (
        "Dziękujemy za chęć pomocy. Jeśli mamy oddzwonić w tej sprawie, proszę nacisnąć 4. "
        "Aby powiedzieć o tym teraz, proszę nacisnąć 5 albo po prostu poczekać."
    ),
    "record_offer": (
        "Proszę powiedzieć po sygnale: swoje imię, numer telefonu, ulicę i w czym można pomóc. "
        "Na koniec proszę nacisnąć krzyżyk albo po prostu się rozłączyć. Przechowujemy to przez {kept}."
    ),
    "offering_in_the_queue": (
        "Dziękujemy za chęć pomocy. Proszę pozostać na linii i powiedzieć o tym osobie, która odbierze, "
        "albo nacisnąć 5, aby powiedzieć to po sygnale."
    ),
    "offer_kept": "Dziękujemy. Oferta pomocy została zapisana i ktoś oddzwoni w tej sprawie. Do widzenia.",
    "no_request": "Nie mamy żadnej prośby z tego numeru telefonu.",
    "request_withheld": "Nie widzimy Państwa numeru telefonu, więc nie możemy powiedzieć, co dzieje się z prośbą.",
    "one_waiting": "Jedna prośba czeka, aż ktoś się nią zajmie.",
    "some_waiting": "Prośby, które czekają, aż ktoś się nimi zajmie: {number}.",
    "one_taken": "Jedna prośba jest przyjęta: ktoś się nią zajmuje.",
    "some_taken": "Prośby przyjęte, którymi ktoś się zajmuje: {number}.",
    "one_done": "Jedna prośba jest załatwiona.",
    "some_done": "Prośby załatwione: {number}.",
    "turned_away": "Przepraszamy, na razie nie odbieramy telefonów z tego numeru. Do widzenia.",
    "ringing_soon": "Dziękujemy. Proszę pozostać na linii: za chwilę do kogoś zadzwonimy.",
    "press_first": (
        "Nie widzimy Państwa numeru telefonu. Aby z kimś porozmawiać, proszę nacisnąć 1. "
        "Aby zostawić wiadomość, proszę nacisnąć 5 albo po prostu poczekać."
    ),
    "ringing_somebody": "Dziękujemy. Właśnie do kogoś dzwonimy.",
    "still_ringing": "Nadal próbujemy się do kogoś dodzwonić.",
    "nobody_free": "W tej chwili wszyscy są zajęci. Połączymy z pierwszą wolną osobą.",
    "long_wait": "To trwa dłużej, niż powinno. Można nadal czekać.",
    "place": "Miejsce w kolejce: {place}.",
    "others_first": "Przed Państwem czekają inne osoby.",
    "next": "Są Państwo następni w kolejce.",
    "ways_while_waiting": (
        "Jeśli mamy oddzwonić w Państwa kolejności, proszę nacisnąć 4. Aby zostawić wiadomość, proszę nacisnąć 5."
    ),
    "way_while_withheld": "Aby zostawić wiadomość, proszę nacisnąć 5.",
    "through_to": "Łączymy. Po drugiej stronie jest {name}.",
    "through": "Połączenie gotowe, proszę mówić.",
    "on_hold": "Chwileczkę, proszę się nie rozłączać.",
    "still_on_hold": "Pamiętamy o Państwu. Proszę się nie rozłączać.",
    "being_handed": "Dzwonimy do kogoś innego. Proszę się nie rozłączać.",
    "parted": (
        "Druga osoba się rozłączyła. Jeśli rozmowa była skończona, proszę się po prostu rozłączyć. "
        "Jeśli nie, proszę zostać na linii, a my znowu do kogoś zadzwonimy."
    ),
    "joined_by": "Dołącza do Państwa {name}.",
    "joined": "Dołącza do Państwa osoba, która zna Państwa ulicę.",
    "just_a_moment": "Jeszcze chwileczkę.",
    "closed": "Telefon jest teraz nieczynny.",
    "closed_because": "Telefon jest teraz nieczynny. {why}",
    "nobody_on": "W tej chwili nikt nie dyżuruje.",
    "next_on": "Następny dyżur: {when}.",
    "opens_again": "Dyżur będzie w innym terminie.",
    "could_not_find": "Teraz nie udało się nam nikogo znaleźć.",
    "ways_out": (
        "Jeśli mamy oddzwonić, proszę nacisnąć 4 albo po prostu poczekać. Aby zostawić wiadomość, proszę nacisnąć 5."
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
    "we_ask": "Tu {group}. Ktoś w pobliżu ulicy {street} potrzebuje: {what}, {by}. Czy uda się znaleźć kogoś do pomocy?",
    "we_ask_plainly": "Tu {group}. Ktoś w pobliżu ulicy {street} potrzebuje pomocy. Czy uda się znaleźć kogoś do pomocy?",
    "we_ask_to_ring": "Tu {group}. Ktoś w pobliżu ulicy {street} oferuje pomoc. Czy możemy prosić o telefon do tej osoby?",
    "take_it_or_not": (
        "Aby to przyjąć, proszę nacisnąć 1. Jeśli to niemożliwe, proszę nacisnąć 2. "
        "Aby usłyszeć jeszcze raz, proszę nacisnąć gwiazdkę."
    ),
    "told_wrong_key": "Ten klawisz tutaj nie działa.",
    "you_have_it": "Dziękujemy, sprawa jest przyjęta.",
    "you_cannot": "Dziękujemy za odpowiedź. Zapytamy kogoś innego. Do widzenia.",
    "has_moved_on": "Tą sprawą zajmuje się już ktoś inny, dziękujemy. Do widzenia.",
    "nobody_pressed": (
        "Nie naciśnięto żadnego klawisza, więc zadzwonimy później albo zapytamy kogoś innego. Do widzenia."
    ),
    "text_says_where": "Kto i gdzie, jest w wiadomości tekstowej. Do widzenia.",
    "key_in_your_pin": "Aby teraz usłyszeć, kto i gdzie, proszę wpisać swój PIN i nacisnąć krzyżyk.",
    "pin_not_right": "Ten PIN jest nieprawidłowy. Proszę wpisać go jeszcze raz i nacisnąć krzyżyk.",
    "no_pin_yet": (
        "Aby usłyszeć, kto i gdzie, potrzebny jest PIN, a jeszcze go nie ma. Prosimy o telefon pod numer {helpline}: "
        "osoba, która odbierze, powie, co trzeba, i ustawi PIN. Do widzenia."
    ),
    "ring_us_for_it": (
        "Aby usłyszeć, kto i gdzie, kiedy indziej, prosimy o telefon pod numer {helpline} i wpisanie PIN-u. Do widzenia."
    ),
    "ring_us_instead": (
        "Na razie z tego numeru nie przyjmujemy PIN-u. Prosimy o telefon pod numer {helpline}: osoba, która odbierze, "
        "powie, co trzeba. Do widzenia."
    ),
    "after_details": (
        "Aby usłyszeć to jeszcze raz, proszę nacisnąć gwiazdkę. Gdy sprawa będzie załatwiona, prosimy o telefon pod numer "
        "{helpline}. Dziękujemy. Do widzenia."
    ),
    "words_for_you": "Tu {group}. Mamy wiadomość. Aby ją usłyszeć, proszę nacisnąć 1.",
    "the_words_are": "{told}",
    "again_or_goodbye": (
        "Aby usłyszeć ją jeszcze raz, proszę nacisnąć gwiazdkę. Jeśli nie, proszę się po prostu rozłączyć. Do widzenia."
    ),
}
URDU = {
    "choose": "اردو کے لیے {key} دبائیں، یا بس انتظار کریں۔",
    "choose_another": "اردو کے لیے {key} دبائیں۔",
    "greeting": "السلام علیکم، یہ {group} ہے۔",
    "emergency": "اگر کسی کی جان خطرے میں ہے تو فون بند کریں اور 999 ملائیں۔",
    "menu": (
        "کسی سے بات کرنے کے لیے 1 دبائیں، یا انتظار کریں۔ مدد کی پیشکش کے لیے 2 دبائیں۔ "
        "اپنی درخواست کے بارے میں جاننے کے لیے 3 دبائیں۔"
    ),
    "or_somebody": "کسی سے بات کرنے کے لیے 1 دبائیں، یا بس انتظار کریں۔",
    "wrong_key": "یہ بٹن یہاں کام نہیں کرتا۔",
    "offering": (
        "مدد کی پیشکش کا شکریہ۔ اگر آپ چاہتے ہیں کہ ہم اس بارے میں آپ کو واپس فون کریں تو 4 دبائیں۔ "
        "ابھی بتانے کے لیے 5 دبائیں، یا بس انتظار کریں۔"
    ),
    "record_offer": (
        "براہِ کرم ٹون کے بعد بتائیں: اپنا نام، اپنا فون نمبر، اپنی گلی، اور آپ کیا کر سکتے ہیں۔ "
        "بات ختم ہونے پر ہیش دبائیں، یا بس فون بند کر دیں۔ ہم اسے {kept} تک رکھتے ہیں۔"
    ),
    "offering_in_the_queue": (
        "مدد کی پیشکش کا شکریہ۔ براہِ کرم لائن پر رہیں اور جو فون اٹھائے اسے بتائیں، یا ٹون کے بعد بتانے کے لیے 5 دبائیں۔"
    ),
    "offer_kept": "شکریہ۔ آپ کی پیشکش محفوظ ہے، اور کوئی آپ کو اس بارے میں فون کرے گا۔ خدا حافظ۔",
    "no_request": "ہمارے پاس آپ کے نمبر سے کوئی درخواست نہیں ہے۔",
    "request_withheld": "ہمیں آپ کا فون نمبر نظر نہیں آ رہا، اس لیے ہم نہیں بتا سکتے کہ آپ کی درخواست کا کیا ہوا۔",
    "one_waiting": "آپ کی درخواست ابھی کسی نے نہیں لی، وہ انتظار میں ہے۔",
    "some_waiting": "آپ کی {number} درخواستیں انتظار میں ہیں۔",
    "one_taken": "آپ کی درخواست لے لی گئی ہے، اور کوئی اس پر کام کر رہا ہے۔",
    "some_taken": "آپ کی {number} درخواستیں لے لی گئی ہیں، اور کوئی ان پر کام کر رہا ہے۔",
    "one_done": "آپ کی درخواست پوری ہو چکی ہے۔",
    "some_done": "آپ کی {number} درخواستیں پوری ہو چکی ہیں۔",
    "turned_away": "معاف کیجیے، ہم فی الحال اس نمبر سے فون نہیں لے سکتے۔ خدا حافظ۔",
    "ringing_soon": "شکریہ۔ براہِ کرم لائن پر رہیں، ہم تھوڑی دیر میں آپ کے لیے کسی کو فون کریں گے۔",
    "press_first": (
        "ہمیں آپ کا فون نمبر نظر نہیں آ رہا۔ کسی سے بات کرنے کے لیے 1 دبائیں۔ "
        "پیغام چھوڑنے کے لیے 5 دبائیں، یا بس انتظار کریں۔"
    ),
    "ringing_somebody": "شکریہ۔ ہم ابھی آپ کے لیے کسی کو فون کر رہے ہیں۔",
    "still_ringing": "ہم اب بھی آپ کے لیے کسی کو فون کر رہے ہیں۔",
    "nobody_free": "اس وقت کوئی فارغ نہیں ہے۔ جو پہلے فارغ ہوگا ہم اسے فون کریں گے۔",
    "long_wait": "اس میں زیادہ وقت لگ رہا ہے۔ آپ انتظار جاری رکھ سکتے ہیں۔",
    "place": "قطار میں آپ کا نمبر {place} ہے۔",
    "others_first": "آپ سے پہلے کچھ اور لوگ انتظار کر رہے ہیں۔",
    "next": "اب آپ کی باری ہے۔",
    "ways_while_waiting": "اگر آپ چاہتے ہیں کہ ہم آپ کی باری پر آپ کو واپس فون کریں تو 4 دبائیں۔ پیغام چھوڑنے کے لیے 5 دبائیں۔",
    "way_while_withheld": "پیغام چھوڑنے کے لیے 5 دبائیں۔",
    "through_to": "اب آپ {name} سے بات کر سکتے ہیں۔",
    "through": "اب آپ بات کر سکتے ہیں۔",
    "on_hold": "ایک لمحہ، براہ کرم لائن پر رہیں۔",
    "still_on_hold": "ہم آپ کو بھولے نہیں ہیں۔ براہ کرم لائن پر رہیں۔",
    "being_handed": "ہم آپ کے لیے کسی اور کو فون کر رہے ہیں۔ براہ کرم لائن پر رہیں۔",
    "parted": (
        "دوسری طرف کا فون بند ہو گیا ہے۔ اگر آپ کی بات پوری ہو گئی تھی تو فون بند کر دیں۔ "
        "اگر نہیں تو لائن پر رہیں، ہم آپ کے لیے پھر کسی کو فون کرتے ہیں۔"
    ),
    "joined_by": "{name} اب آپ کی بات چیت میں شامل ہو رہے ہیں۔",
    "joined": "آپ کی گلی کو جاننے والے ایک شخص اب شامل ہو رہے ہیں۔",
    "just_a_moment": "بس ایک لمحہ۔",
    "closed": "لائن اس وقت بند ہے۔",
    "closed_because": "لائن اس وقت بند ہے۔ {why}",
    "nobody_on": "اس وقت لائن پر کوئی نہیں ہے۔",
    "next_on": "لائن اگلی بار {when} کھلے گی۔",
    "opens_again": "لائن کسی اور وقت دوبارہ کھلے گی۔",
    "could_not_find": "ہم اس وقت آپ کی بات کسی سے نہیں کرا سکے۔",
    "ways_out": "اگر آپ چاہتے ہیں کہ ہم آپ کو واپس فون کریں تو 4 دبائیں، یا بس انتظار کریں۔ پیغام چھوڑنے کے لیے 5 دبائیں۔",
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
    "we_ask": "یہ {group} ہے۔ {street} کے قریب کسی کو {what} چاہیے، {by}۔ کیا آپ کسی کو ڈھونڈ سکتے ہیں؟",
    "we_ask_plainly": "یہ {group} ہے۔ {street} کے قریب کسی کو مدد چاہیے۔ کیا آپ کسی کو ڈھونڈ سکتے ہیں؟",
    "we_ask_to_ring": "یہ {group} ہے۔ {street} کے قریب کوئی مدد کی پیشکش کر رہا ہے۔ کیا آپ انہیں فون کر سکتے ہیں؟",
    "take_it_or_not": "لینے کے لیے 1 دبائیں، اگر نہ لے سکیں تو 2 دبائیں، دوبارہ سننے کے لیے ستارہ دبائیں۔",
    "told_wrong_key": "یہ بٹن یہاں کام نہیں کرتا۔",
    "you_have_it": "شکریہ، یہ اب آپ کے پاس ہے۔",
    "you_cannot": "بتانے کا شکریہ۔ ہم کسی اور سے پوچھیں گے۔ خدا حافظ۔",
    "has_moved_on": "وہ کام اب کسی اور کے پاس ہے، شکریہ۔ خدا حافظ۔",
    "nobody_pressed": "کوئی بٹن نہیں دبایا گیا، اس لیے ہم بعد میں دوبارہ فون کریں گے، یا کسی اور سے پوچھیں گے۔ خدا حافظ۔",
    "text_says_where": "کون اور کہاں، یہ ایک پیغام میں لکھا ہے۔ خدا حافظ۔",
    "key_in_your_pin": "کون اور کہاں، یہ ابھی سننے کے لیے اپنا پن ڈالیں اور ہیش دبائیں۔",
    "pin_not_right": "یہ پن درست نہیں۔ براہِ کرم دوبارہ ڈالیں اور ہیش دبائیں۔",
    "no_pin_yet": (
        "کون اور کہاں، یہ سننے کے لیے پن چاہیے، اور آپ کا پن ابھی نہیں ہے۔ براہِ کرم {helpline} پر فون کریں: "
        "جو فون اٹھائے وہ آپ کو بتائے گا، اور آپ کا پن بنوا دے گا۔ خدا حافظ۔"
    ),
    "ring_us_for_it": "کون اور کہاں، یہ بعد میں سننے کے لیے {helpline} پر فون کریں اور اپنا پن ڈالیں۔ خدا حافظ۔",
    "ring_us_instead": (
        "اس نمبر سے فی الحال کوئی پن نہیں لیا جا سکتا۔ براہِ کرم {helpline} پر فون کریں، جو فون اٹھائے وہ آپ کو بتائے گا۔ "
        "خدا حافظ۔"
    ),
    "after_details": (
        "دوبارہ سننے کے لیے ستارہ دبائیں۔ کام ہو جائے تو {helpline} پر فون کر کے بتائیں۔ شکریہ۔ خدا حافظ۔"
    ),
    "words_for_you": "یہ {group} ہے، آپ کے لیے ایک پیغام ہے۔ سننے کے لیے 1 دبائیں۔",
    "the_words_are": "{told}",
    "again_or_goodbye": "دوبارہ سننے کے لیے ستارہ دبائیں۔ ورنہ بس فون بند کر دیں۔ خدا حافظ۔",
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


LENGTHS = {"pl": polish_length, "ur": urdu_length}
"""The languages, apart from English, in which we know how to say a length of whole days."""

"""The words for a street's chat mark nobody, whatever was said or written."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from helpline import chat_words, promises, wording
from helpline.offers import Offer
from helpline.people import HatName, Person
from helpline.places import Street
from helpline.requests import HelpRequest
from helpline.wording import Kind, Money, Urgency
from tests.builders import NOON

HEALTH = (
    "ill",
    "sick",
    "health",
    "medic",
    "prescription",
    "chemist",
    "doctor",
    "hospital",
    "disab",
    "isolat",
    "vulnerab",
    "food bank",
    "parcel",
    "lonely",
    "mental",
    "old",
    "alone",
    "at risk",
)
names = st.sampled_from(["Rita Marsh", "Zbigniew Oak", "Coral", "Acacia", "Mr Shopping", "Neighbour Tell"]) | st.text(
    max_size=20
)
free = st.lists(
    st.sampled_from(
        ["Rita", "14", "14a", "020 7946 0118", "insulin", "dementia", "blue door", "key under the pot", "alone"]
    )
    | st.text(max_size=12),
    max_size=8,
).map(" ".join)
asked = st.fixed_dictionaries(
    {
        "kinds": st.lists(
            st.sampled_from([kind for kind in Kind if kind != Kind.OFFER_OF_HELP]), min_size=1, unique=True
        ),
        "urgency": st.sampled_from(Urgency),
        "money": st.sampled_from(Money),
        "by_at": st.integers(0, 60 * 24 * 30).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    }
)
details = st.fixed_dictionaries(
    {
        "name": names,
        "words": free,
        "house": free,
        "phone": st.sampled_from(["+447700900118", "+442079460118"]),
        "promise": free,
    }
)


def words_of(needs: dict[str, object], given_details: dict[str, str]) -> str:
    kinds = needs["kinds"]
    assert isinstance(kinds, list)
    request = HelpRequest(
        **{**needs, "kinds": ",".join(kinds)}, **given_details, street=Street(name="Quince Lane"), created_at=NOON
    )
    coral = Person(name="Coral Reid", phone="+447700900201")
    offer = Offer(request=request, person=coral, hat=HatName.COORDINATOR, letter="A", asked_at=NOON, lapses_at=NOON)
    return promises.words_for_chat(offer, at=NOON)


@given(asked, details, details)
def test_nothing_that_anybody_said_is_in_them(
    needs: dict[str, object], hers: dict[str, str], his: dict[str, str]
) -> None:
    """Whoever asked, and whatever they said: the words are the same, so that nothing of it can be in them."""
    assert words_of(needs, hers) == words_of(needs, his)


@given(asked, details)
def test_no_word_of_health_or_want_and_no_digit_but_the_time(needs: dict[str, object], hers: dict[str, str]) -> None:
    said = words_of(needs, hers)
    for word in HEALTH:
        assert f" {word}" not in said.lower()
    by = wording.by_when(needs["urgency"], needs["by_at"], written_at=NOON, now=NOON, zone=ZoneInfo("Europe/London"))  # type: ignore[arg-type]
    assert not [letter for letter in said.replace(by, "") if letter.isdigit()]
    assert "Reid" not in said


def test_they_read_as_a_neighbour_writes() -> None:
    assert (
        chat_words.of(
            [Kind.PRESCRIPTION, Kind.FOOD_PARCEL, Kind.DOG_WALK],
            street="Quince Lane",
            by="by 5 pm today",
            money=Money.PAID_BACK,
            signed="Coral",
        )
        == "Could anybody run a small errand and walk a dog near Quince Lane by 5 pm today? You would be paid back. "
        "Tell me and I will say more. Coral"
    )

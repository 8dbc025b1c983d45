"""The texts between a handler, whoever they chose as their buddy, and us. Pure; none says a word of any resident."""

from helpline.wording import plain

NOT_A_MOBILE = "A buddy is told by text, so write the number of a mobile, like 07700 900123."
YOUR_OWN = "That is your own number. A buddy is somebody else who is glad to ring you."


def ask_text(group: str, handler: str | None, letter: str, link: str) -> str:
    """Asks somebody to be a handler's buddy."""
    name = handler or "Somebody"
    asks = f"{group}: {name} answers our phone line and would like you as a buddy"
    return plain(
        f"{asks}: after a hard call we text you, and you ring them. Reply YES {letter} or NO {letter}, or see {link}"
    )


def hard_text(group: str, handler: str | None) -> str:
    """Tells a buddy, and nothing of what the call was about."""
    name = handler or "Somebody you are a buddy to"
    return plain(f"{group}: {name} has had a hard call and would be glad if you rang. Thank you for being there.")


def ended_text(group: str, handler: str | None) -> str:
    """Tells a buddy that they are one no longer."""
    return plain(
        f"{group}: you are no longer down as {handler or 'somebody'}'s buddy. Thank you for having been there."
    )


def answered_text(group: str, buddy: str | None, *, yes: bool) -> str:
    """Tells the handler what their buddy said."""
    name = buddy or "Whoever you asked"
    if yes:
        return plain(
            f"{group}: {name} is your buddy now. After a hard call, press That was hard, and {name} rings you."
        )
    return plain(f"{group}: {name} cannot be your buddy. Choose somebody else under Yours when you like.")


def thanks(handler: str | None, *, yes: bool) -> str:
    """What a buddy hears at once."""
    name = handler or "them"
    return f"Thank you. We text you when {name} had a hard call." if yes else f"That is fine. {name} is told kindly."

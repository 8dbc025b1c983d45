"""The words about passing somebody on to an organisation: to ask for a yes, and to ask what came of it. Pure."""


def for_a_yes(organisation: str) -> str:
    """What is read out before anything is passed on."""
    return (
        f"May we give {organisation} your name, your telephone number, where you live, and what you need, so that they can help? "
        "They ring you, and we ask them how it went. You can say no, and we help as well as we can."
    )


def to_tell_them(group: str, handler: str | None) -> str:
    """What is said to the organisation when somebody is passed on to them."""
    return (
        f"This is {handler or 'a handler'} of {group}. Somebody asked us for help that you give, and said yes to our telling you. "
        "May I say who, and how to reach them?"
    )


def to_ask_them(group: str, handler: str | None, when: str) -> str:
    """What is said to the organisation when nothing has come back: who it is about is said once they ask."""
    return (
        f"This is {handler or 'a handler'} of {group}. On {when} we passed somebody on to you, with their yes. "
        "Have you been in touch with them, and what happens next?"
    )


def to_answer_them(group: str, handler: str | None, when: str, *, done: bool) -> str:
    """What is said to an organisation that passed somebody on to us."""
    came = "It is done." if done else "I can tell you how it stands."
    return f"This is {handler or 'a handler'} of {group}. On {when} you passed somebody on to us. {came}"

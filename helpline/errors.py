"""What can go wrong, as sentences for people."""


class HelplineError(Exception):
    """A refusal: the message is a sentence a resident, handler or coordinator can be shown or told."""

    field = ""  # beside which field the sentence stands, if it is of one


class RefusedError(HelplineError):
    """A refusal of one field of what was written."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NotFoundError(HelplineError):
    """What was asked for is not there (any more)."""


class OutwardError(Exception):
    """The carrier did not do what we asked.

    `permanent` means that asking again cannot help (a wrong number, a person who sent STOP).
    `processed` says what we know of the request itself: False when the carrier certainly did not act on it
    (it refused, or could not be reached at all), None when it may have acted (a time-out, a 5xx answer).
    """

    def __init__(self, sentence: str, *, permanent: bool, processed: bool | None, code: int | None = None) -> None:
        super().__init__(sentence)
        self.permanent = permanent
        self.processed = processed
        self.code = code


def unreadable(file: object, problem: OSError | UnicodeDecodeError) -> str:
    """Why a file that somebody wrote cannot be read, as a sentence."""
    if isinstance(problem, UnicodeDecodeError):
        return f"{file} is not plain text: save it again as UTF-8."
    return f"{file} cannot be read: {problem.strerror}."

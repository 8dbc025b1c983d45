"""What is said of a request that was put right, by text. Pure; plain apostrophes, as in every text (`wording`)."""

from helpline.wording import plain


def put_right_text(group: str, what: str, street: str, by: str) -> str:
    """Tells whoever was asked, or has it, that something of it was written down wrongly."""
    return plain(f"{group}: something was put right about {what} near {street}. It is needed {by}. Please look again.")

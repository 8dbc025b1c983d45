"""Every sentence we speak. Plain, short, and safe to hear in the wrong order."""

from helpline import wording

LANGUAGE = wording.SPOKEN

EMERGENCY = wording.EMERGENCY
GREETING = "Hello, this is {group}. " + EMERGENCY
MENU = "To talk to somebody, press 1, or just wait."
WRONG_KEY = "That key does nothing here."
RINGING_SOMEBODY = "Thank you. We are ringing somebody for you now."
PLACE = "You are {place} in the queue."
PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
FURTHER = "number {place}"
STILL_RINGING = "We are still ringing somebody for you."
NOBODY_FREE = "Nobody is free just now. We ring the first who is."
LONG_WAIT = "This is taking longer than it should. You can go on waiting."
WAYS_WHILE_WAITING = "To be rung back instead, press 2. To leave a message, press 3."
WAY_WHILE_WITHHELD = "To leave a message, press 3."
NOBODY_ON = "There is nobody on the line just now."
NEXT_ON = "The line opens next at {when}."
COULD_NOT_FIND = "We could not put you through just now."
WAYS_OUT = "To be rung back, press 1, or just wait. To leave a message, press 2."
WILL_RING_BACK = "Thank you. It is written down, and somebody will ring you back. " + EMERGENCY + " Goodbye."
NUMBER_WITHHELD = "We cannot see your number."
RECORD = (
    "Please say your message after the tone, with your name and your number. "
    "When you have finished, press hash, or just hang up. We keep it for four weeks."
)
MESSAGE_KEPT = "Thank you. Your message is kept, and somebody will listen to it. Goodbye."
HEARD_NOTHING = "We did not hear anything."
THROUGH_TO = "You are through to {name}."
THROUGH = "You are through."
GOODBYE = "Thank you for ringing. Goodbye."
BROKEN = wording.BROKEN
NOBODY_THERE = "We are sorry, there was no answer there either. Please ring again later. " + EMERGENCY + " Goodbye."

TAKE = "Helpline call. Press 1 to take it."
RING_BACK = "Helpline. Press 1, and we ring the resident for you."
PUT_TOGETHER = "You are through to the caller."
ALREADY_TAKEN = "Already taken, thank you. Goodbye."
TOO_LATE = "That was a moment too late, thank you. Goodbye."
NO_LONGER_NEEDED = "That is no longer needed, thank you. Goodbye."
RANG_OFF = "The caller has just rung off. It is on the desk, to be rung back. Goodbye."
CALL_OVER = "The call is over. You have five minutes to write it down. Goodbye."
NO_KEY = "No key was pressed. Goodbye."
RINGING_RESIDENT = "Ringing them now."
THEY_DID_NOT_ANSWER = "They did not answer. It stays on the desk. Goodbye."
RING_BACK_OVER = "The call is over. Please say on the desk whether it is done. Goodbye."
LEG_BROKEN = "Sorry, something of ours is broken. Nothing is lost: please look at the desk. Goodbye."

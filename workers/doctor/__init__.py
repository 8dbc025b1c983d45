"""`helpline doctor`: what is well, what to look at and what is wrong, in plain words, with what to do about it."""

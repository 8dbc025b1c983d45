"""The line: turns what the carrier tells us into helpline verbs, and their answers into TwiML."""

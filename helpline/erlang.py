"""Erlang C: how long callers wait for handlers, when calls come at random and nobody rings off. Pure.

A. K. Erlang, 1917; any text on telephone traffic has the formula. `offered` is the traffic: calls that come in the time that one
of them is held on average, so 12 calls an hour of ten minutes each are 2. Who rings off leaves the others a shorter wait, so the
truth is a little better than what is said here.
"""

import math

MOST = 99
"""Handlers that are ever said to be needed: no group has more, and the search ends."""


def waits(offered: float, handlers: int) -> float:
    """The share of callers who find every handler busy; all of them when there is more traffic than so many can answer."""
    if offered <= 0:
        return 0.0
    if handlers <= offered:
        return 1.0
    blocked = 1.0  # Erlang B, handler by handler: no factorial is ever made
    for servers in range(1, handlers + 1):
        blocked = offered * blocked / (servers + offered * blocked)
    return blocked / (1 - offered / handlers * (1 - blocked))


def mean_wait(offered: float, handlers: int, *, held: float) -> float:
    """How long callers wait on average, those who do not wait among them, when a call is `held` so long; in the same unit."""
    if handlers <= offered:
        return math.inf
    return waits(offered, handlers) * held / (handlers - offered)


def answered_within(offered: float, handlers: int, *, held: float, within: float) -> float:
    """The share of callers who are answered within a time."""
    if offered <= 0:
        return 1.0
    if handlers <= offered:
        return 0.0
    return 1 - waits(offered, handlers) * math.exp(-(handlers - offered) * within / held)


def needed(offered: float, *, held: float, within: float, share: float) -> int:
    """The fewest handlers with whom this share of callers is answered within a time; at least one, for whoever may ring."""
    fewest = max(1, math.floor(offered))
    enough = (one for one in range(fewest, MOST) if answered_within(offered, one, held=held, within=within) >= share)
    return next(enough, MOST)

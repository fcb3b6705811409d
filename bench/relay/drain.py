"""How fast deferred mail leaves once the receiver takes it: the sink says 4xx to all of it, then opens, then each relay is told to flush by its own command."""
import time

from .speed import warm
from .tools import Sink, submit
from .turns import turns
from .waiting import wait_for

MESSAGES = 20_000

# Those that defer and drain a tenth as fast as the rest are measured on less: the table says on how much.
FEWER = {"exim": 2_000, "haraka": 5_000}


def rounds(kinds, number, scale, tell):
    return turns(kinds, number, lambda kind: measure(kind, int(FEWER.get(kind.name, MESSAGES) * scale), scale), tell)


def measure(kind, messages, scale):
    with kind() as relay:
        with Sink() as sink:
            warm(relay, sink, scale)
        with Sink(refuse=True):
            submit(messages, 20, 10_240)
            wait_for(lambda: relay.deferred() >= messages, 900, f"{relay.name} to have tried and deferred {messages}")
        with Sink() as sink:
            before, started = relay.group.cpu(), time.monotonic()
            relay.flush()
            wait_for(lambda: sink.messages() >= messages, 900, f"the sink to get {messages} deferred messages")
            seconds = time.monotonic() - started
            return {"relay": relay.name, "messages": messages, "perSecond": messages / seconds, "cpuPer1000": (relay.group.cpu() - before) / messages * 1000}

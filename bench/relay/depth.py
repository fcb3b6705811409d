"""A long queue: memory, accept rate and restart with so many messages waiting for a receiver that isn't there. Namesake only."""
import time

from .place import WORK
from .relays import Namesake
from .speed import warm
from .tools import Sink, submit
from .waiting import wait_for

STEP = 50_000
SIZE, SESSIONS = 2_048, 100


def measure(messages, scale, tell):
    relay = Namesake()
    try:
        with Sink() as sink:
            warm(relay, sink, scale)
        steps = []
        step = min(STEP, max(1, messages // 4))
        while len(steps) * step < messages:
            steps.append({"queued": (len(steps) + 1) * step, "acceptedPerSecond": step / submit(step, SESSIONS, SIZE), "megabytes": relay.group.memory()})
            tell("  {queued:9,} queued: {acceptedPerSecond:7.0f}/s accepted, {megabytes:4.0f} MB".format(**steps[-1]))
        waiting = relay.ask("spool")["messages"]
    finally:
        relay.stop()
    disk = sum(file.stat().st_size for file in (WORK / relay.name / "data").rglob("*") if file.is_file()) / 1e6
    return {"messages": messages, "waiting": waiting, "steps": steps, "diskMegabytes": disk, **restart(min(10, messages / 1000))}


def restart(seconds):
    """From the start of the process to the first message at the sink; then how fast the queue leaves, and in what memory."""
    with Sink() as sink, Namesake(keep=True) as relay:
        wait_for(lambda: sink.messages() > 0, 120, "the first message after the restart")
        first = time.monotonic() - relay.started
        before, began = sink.messages(), time.monotonic()
        most = relay.group.memory()
        while time.monotonic() - began < seconds:
            time.sleep(0.25)
            most = max(most, relay.group.memory())
        return {"firstDeliverySeconds": first, "drainPerSecond": (sink.messages() - before) / (time.monotonic() - began), "drainMegabytes": most}

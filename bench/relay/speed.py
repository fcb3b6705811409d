"""Messages per second end to end, CPU per message and memory: the relays take turns, A B A B."""
import threading

from .relays import Namesake
from .tools import Sink, carry
from .turns import turns

WORKLOADS = (("10 KB, 20 sessions", 10_240, 20), ("2 KB, 100 sessions", 2_048, 100), ("2 KB, 1 session", 2_048, 1), ("100 KB, 20 sessions", 102_400, 20))
COLD = 5_000


def warm(relay, sink, scale):
    """The relay's own warm-up; of Namesake's, the first messages are measured as a cold start's."""
    left = max(200, int(relay.warm_up * scale))
    cold = None
    if isinstance(relay, Namesake):
        first = min(COLD, left)
        cold = first / carry(sink, first, 20, 10_240)[1]
        left -= first
    if left:
        carry(sink, left, 20, 10_240)
    return cold


def measure(kind, workload, seconds, scale):
    """One relay's turn: fresh start, warm-up, then about so many seconds of the workload, its length taken from a short try."""
    name, size, sessions = workload
    with Sink() as sink, kind() as relay:
        cold = warm(relay, sink, scale)
        tried = 300
        rate = tried / carry(sink, tried, sessions, size)[1]
        messages = max(300, int(rate * seconds))
        before = relay.group.cpu()
        accepted, delivered = carry(sink, messages, sessions, size)
        used = relay.group.cpu() - before
        return {
            "workload": name, "relay": relay.name, "messages": messages, "perSecond": messages / delivered, "acceptedPerSecond": messages / accepted,
            "cpuPer1000": used / messages * 1000, "megabytes": memory(relay, sink, messages, size) if sessions == 100 else None, "coldPerSecond": cold,
        }


def memory(relay, sink, messages, size):
    """The most that was seen while the same load came once more: looking costs time, so it is not done while speed is measured."""
    seen, done = [relay.group.memory()], threading.Event()

    def look():
        while not done.wait(0.25):
            seen.append(relay.group.memory())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        carry(sink, messages, 100, size)
    finally:
        done.set()
        looking.join()
    return max(seen)


def rounds(kinds, workloads, number, seconds, scale, tell):
    """All turns of one workload, then those of the next."""
    return [row for workload in workloads for row in turns(kinds, number, lambda kind: measure(kind, workload, seconds, scale), tell, workload=workload[0])]

"""How often each relay asks the disk to keep what it wrote, per message, counted by strace at its system calls."""
import collections
import re

from .place import WORK
from .tools import Sink, carry

CALLS = ("fsync", "fdatasync", "sync_file_range", "syncfs", "sync")


def count(kind, messages, sessions):
    """Calls per message, from start to end of a run that carries so many: one session shows the price of one message, many what they share."""
    trace = WORK / f"strace-{kind.name}"
    under = ("strace", "-f", "-qq", "-e", f"trace={','.join(CALLS)}", "-e", "signal=none", "-o", str(trace))
    with Sink() as sink, kind(under=under):
        carry(sink, messages, sessions, 10_240)
    found = collections.Counter(re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.M))
    trace.unlink()
    return {"relay": kind.name, "messages": messages, "sessions": sessions, "perMessage": {call: found[call] / messages for call in CALLS if found[call]}}

"""Where Namesake's time goes under load: `perf` samples the CPU and knows kernel, runtime, SQLite and our code by thread; `dotnet-trace` samples threads and knows under which method of ours they are,
in native code and waiting for the disk too."""
import collections
import json
import re
import subprocess
import threading
import time

from .place import ARTIFACTS, WORK, run
from .relays import Namesake
from .speed import warm
from .tools import Sink, carry

TRACE = ARTIFACTS / "tools" / "dotnet-trace"
VERSION = "10.0.750501"
SIZE, SESSIONS, PIECE = 10_240, 20, 2_000
SHOWN = 20

WAYS = (("[kernel", "kernel"), ("e_sqlite3", "SQLite"), ("libcoreclr", "runtime: collecting, thread pool, casts"), ("libclrgc", "runtime: collecting, thread pool, casts"), ("libclrjit", "compiling"),
        ("doublemapper", "code of ours and of .NET"), ("perf-", "code of ours and of .NET"), (".dll", "code of ours and of .NET"), ("[JIT]", "code of ours and of .NET"))

# Who is in one of these does nothing; in the last two a pool's thread and the spool's writer wait for work.
IDLE = re.compile(r"Monitor\.Wait|WaitOne|WaitNative|WaitForSignal|Thread\.Sleep|SpinWait|SemaphoreSlim\.Wait|PortableThreadPool\+WorkerThread\.WaitForWork|OperationQueue`1\S*\.Take\(")


def install():
    if not TRACE.exists():
        run("dotnet", "tool", "install", "dotnet-trace", "--version", VERSION, "--tool-path", TRACE.parent)


def measure(seconds, scale, tell):
    with Sink() as sink, Namesake() as relay:
        warm(relay, sink, scale)
        tell("perf")
        seen = WORK / "perf.data"
        under_load(sink, "perf", "record", "-q", "-F", "499", "-p", relay.process.pid, "-o", seen, "--", "sleep", seconds)
        tell("dotnet-trace")
        trace = WORK / "trace.nettrace"
        under_load(sink, TRACE, "collect", "-p", relay.process.pid, "--profile", "dotnet-sampled-thread-time", "--duration", time.strftime("00:%H:%M:%S", time.gmtime(seconds)),
                   "-o", trace, "--format", "Speedscope")
        told = subprocess.run(["perf", "report", "-i", seen, "--stdio", "--sort", "comm,dso", "-F", "overhead,comm,dso", "-t", "|"], capture_output=True, text=True, check=True)
        return {"perf": by_thread(told.stdout), "methods": methods(json.loads((WORK / "trace.speedscope.json").read_text()))}


def under_load(sink, *command):
    """The load goes on until the command has ended."""
    done = threading.Event()

    def load():
        while not done.is_set():
            carry(sink, PIECE, SESSIONS, SIZE)

    loading = threading.Thread(target=load)
    loading.start()
    try:
        ended = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, check=False)
    finally:
        done.set()
        loading.join()
    if ended.returncode:
        raise RuntimeError(f"{command[0]} ended with {ended.returncode}: {(ended.stdout + ended.stderr)[-1000:]}")


def by_thread(report):
    """Share of the CPU by the name of the thread and what runs there."""
    shares = collections.Counter()
    for line in report.splitlines():
        found = re.match(r"\s*([\d.]+)%\s*\|(.*)\|(.*)", line)
        if found:
            image = found.group(3).strip()
            shares[found.group(2).strip(), next((words for sign, words in WAYS if sign in image), image)] += float(found.group(1))
    return [(*key, share) for key, share in shares.most_common()]


def methods(trace):
    """Share of the time threads were at work below a method of ours, by the innermost such method. What runs below none of ours (the pool, sockets' events) is left out."""
    names = [frame["name"] for frame in trace["shared"]["frames"]]
    own, idle = ([bool(test(name)) for name in names] for test in (lambda name: name.startswith("Namesake.") and "!" in name, IDLE.search))
    at_work = collections.Counter()
    for thread in trace["profiles"]:
        stack, since = [], 0
        for event in thread["events"]:
            if event["at"] > since and not any(idle[frame] for frame in stack):
                ours = next((frame for frame in reversed(stack) if own[frame]), None)
                if ours is not None:
                    at_work[plain(names[ours])] += event["at"] - since
            since = event["at"]
            if event["type"] == "O":
                stack.append(event["frame"])
            else:
                stack.pop()
    total = sum(at_work.values()) or 1
    return [(name, share / total * 100) for name, share in at_work.most_common()]


def plain(name):
    """Type and method as they are written: without assembly, parameters and what the compiler makes of async."""
    name = re.sub(r"\(.*", "", name.split("!", 1)[1])
    name = re.sub(r"\+<(?:<(\w+)>\w*\|?[\w]*|(\w+))>[^.]*\.MoveNext$", lambda found: "." + (found.group(1) or found.group(2)), name)
    return re.sub(r"`\d+|\[[^]]*\]|^Namesake\.", "", name)


def markdown(found):
    lines = ["| `perf`: thread | what runs there | share of the relay's CPU |", "|---|---|---|"]
    lines += [f"| {thread} | {what} | {share:.0f} % |" for thread, what, share in found["perf"] if share >= 1]
    lines += ["", "| `dotnet-trace`: method of ours, with what of .NET and of native code it calls | share of the time threads were at work |", "|---|---|"]
    lines += [f"| `{name}` | {share:.1f} % |" for name, share in found["methods"][:SHOWN]]
    return "\n".join(lines) + "\n"

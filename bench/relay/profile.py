"""Where Namesake's CPU goes under load: `perf` sees kernel, runtime, SQLite and our code by thread; `dotnet-trace` sees methods, those compiled ahead too."""
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
        ("perf-", "code of ours and of .NET"), (".dll", "code of ours and of .NET"), ("[JIT]", "code of ours and of .NET"))


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
        found = re.match(r"\s*([\d.]+)%\|(.*)\|(.*)", line)
        if found:
            image = found.group(3).strip()
            shares[found.group(2).strip(), next((words for sign, words in WAYS if sign in image), image)] += float(found.group(1))
    return [(*key, share) for key, share in shares.most_common()]


def methods(trace):
    """Share of the time managed code ran, by the method that ran. Time in native code can't be told from waiting there, and is left out."""
    names = [frame["name"] for frame in trace["shared"]["frames"]]
    running = collections.Counter()
    for thread in trace["profiles"]:
        stack, since = [], 0
        for event in thread["events"]:
            if len(stack) > 1 and names[stack[-1]] == "CPU_TIME":
                running[names[stack[-2]]] += event["at"] - since
            since = event["at"]
            if event["type"] == "O":
                stack.append(event["frame"])
            else:
                stack.pop()
    total = sum(running.values()) or 1
    return [(name, share / total * 100) for name, share in running.most_common()]


def modules(found):
    """The same by assembly."""
    shares = collections.Counter()
    for name, share in found:
        shares[name.split("!")[0] if "!" in name else "other"] += share
    return shares.most_common()


def markdown(found):
    lines = [f"| `perf`: thread | what runs there | share of the relay's CPU |", "|---|---|---|"]
    lines += [f"| {thread} | {what} | {share:.0f} % |" for thread, what, share in found["perf"] if share >= 1]
    lines += ["", "| `dotnet-trace`: assembly | share of the time managed code ran |", "|---|---|"]
    lines += [f"| {name} | {share:.0f} % |" for name, share in modules(found["methods"]) if share >= 1]
    lines += ["", "| `dotnet-trace`: method, without what it calls | share of the time managed code ran |", "|---|---|"]
    lines += [f"| `{name.split('!')[-1]}` | {share:.1f} % |" for name, share in found["methods"][:SHOWN]]
    return "\n".join(lines) + "\n"

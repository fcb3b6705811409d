"""What the relay is to reach, beside what was measured: the first table of the report."""
import re
import statistics

from .place import ROOT

BASELINE = ROOT / "tests" / "Namesake.Tests" / "Allocations" / "baseline.txt"


def markdown(results):
    lines = ["| work, end to end | goal | measured | reached |", "|---|---|---|---|"]
    for work, goal, value, form, reached in rows(results):
        lines.append(f"| {work} | {goal} | {'not measured' if value is None else form.format(value)} | {'' if value is None else 'yes' if reached(value) else '**no**'} |")
    return lines + [f"| allocations per message on the happy path | a baseline that a test guards | {baseline()} bytes beside its content in a debug build | `AllocationTests` |",
                    "| growth with brands and recipient domains | no step | [below](#growth), by `bench/growth` | |"]


def rows(results):
    """Work, goal, value (None: not measured), how to print it, and whether a value is enough."""
    for workload, least, goal in (("10 KB, 20 sessions", 6, "≥ 6 × Postfix, aim at 8 ×"), ("2 KB, 100 sessions", 8, "≥ 8 × Postfix"),
                                  ("2 KB, 1 session", 2, "≥ 2 × Postfix, aim at 3 ×"), ("100 KB, 20 sessions", 2, "≥ 2 × Postfix")):
        yield workload, goal, ratio(good(results, "speed", workload=workload)), "{:.1f} × Postfix", lambda value, least=least: value >= least
    yield "CPU per 1,000 messages of 10 KB", "≤ 0.35 s", middle(good(results, "speed", workload="10 KB, 20 sessions"), "cpuPer1000"), "{:.2f} s", lambda value: value <= 0.35
    yield "memory at 100 sessions", "≤ 200 MB", middle(good(results, "speed", workload="2 KB, 100 sessions"), "megabytes"), "{:,.0f} MB", lambda value: value <= 200
    depth = results.get("depth", {})
    depth = depth if "steps" in depth else None
    queued = f"{depth['waiting']:,} messages queued" if depth else "1,000,000 messages queued"
    yield f"{queued}: memory", "≤ 300 MB", depth and max(depth["drainMegabytes"], *(step["megabytes"] for step in depth["steps"])), "{:,.0f} MB", lambda value: value <= 300
    yield f"{queued}: restart to first delivery", "≤ 5 s", depth and depth["firstDeliverySeconds"], "{:.1f} s", lambda value: value <= 5
    yield f"{queued}: accept rate", "≥ half of the empty queue's", depth and depth["steps"][-1]["acceptedPerSecond"] / depth["steps"][0]["acceptedPerSecond"], "{:.2f} of it", lambda value: value >= 0.5
    drained = good(results, "drain")
    most = max((row["messages"] for row in drained), default=20_000)
    yield f"drain of {most:,} deferred", "≥ 5 × Postfix", ratio(drained), "{:.1f} × Postfix", lambda value: value >= 5


def good(results, part, **wanted):
    return [row for row in results.get(part, []) if "failed" not in row and all(row[key] == value for key, value in wanted.items())]


def middle(found, key, relay="namesake"):
    return statistics.median(values) if (values := [row[key] for row in found if row["relay"] == relay]) else None


def ratio(found):
    own, other = middle(found, "perSecond"), middle(found, "perSecond", "postfix")
    return own / other if own and other else None


def baseline():
    found = re.search(r"^debug (\d+)", BASELINE.read_text(), re.M)
    return f"{int(found.group(1)):,}"

"""The queue's verbs on the spool alone: bench/Spool measures, this reads, and sets each beside a retry."""
import json
import statistics
import subprocess

from .place import ARTIFACTS, WORK

ENGINES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}

ALIKE = 1.2
"""What differs from a retry by less is taken for no difference."""

KEYS = (("livesPerSecond", "lives/s"), ("p50", "p50"), ("p99", "p99"))


def measure(engine, messages, seconds, only, tell):
    """One row for each verb, and one for each slice without."""
    rows = []
    folder = WORK / f"verbs-{engine}"
    command = ["dotnet", ARTIFACTS / "spool" / "Namesake.Bench.Spool.dll", "--engine", engine, "verbs", str(messages), folder, str(seconds), *([only] if only else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if not line.startswith("{"):
                tell("  " + line.strip())
                continue
            rows.append(json.loads(line))
            tell(f"  {ENGINES[engine]:10} " + "{verb:48} {recipients:9,} recipients in {seconds:8.3f} s; meanwhile {livesPerSecond:6.0f} lives/s, an accept {p50:6.1f} ms, p99 {p99:6.1f} ms".format(**rows[-1]))
    if process.returncode:
        raise SystemExit(f"bench: bench/Spool ended with {process.returncode}")
    return rows


def none(rows):
    """Without a verb: the median slice of those before and between them."""
    slices = [row for row in rows if row["verb"] == "none"]
    return {key: statistics.median(row[key] for row in slices) for key, _ in KEYS}, [row["livesPerSecond"] for row in slices]


def over(row, retry):
    """How many times as much it holds up new mail as a retry does: by lives that are not lived, by the median accept and by the slowest."""
    return {"livesPerSecond": retry["livesPerSecond"] / row["livesPerSecond"], "p50": row["p50"] / retry["p50"], "p99": row["p99"] / retry["p99"]}


def markdown(messages, found):
    return "\n".join(line for engine, rows in found.items() for line in table(messages, ENGINES[engine], rows)) + "\n"


def table(messages, engine, rows):
    retry = next(row for row in rows if row["verb"] == "retry")
    middle, rates = none(rows)
    yield f"| {engine}, {messages:,} queued | recipients | s | lives/s meanwhile | p50 of an accept | p99 | holds up new mail, a retry = 1: lives/s | p50 | p99 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield line(f"none (median of {len(rates)} slices)", "", "", middle, retry, f", {min(rates):,.0f} to {max(rates):,.0f}")
    worse = []
    for row in rows:
        if row["verb"] == "none":
            continue
        took = f"{row['seconds']:,.1f}" if row["seconds"] >= 1 else f"{row['seconds']:.3f}"
        yield line(row["verb"] + (f" ({row['times']} times)" if row["times"] > 1 else ""), f"{row['recipients']:,}", took, row, retry)
        worse += [f"{row['verb']} ({', '.join(more)})"] if (more := [f"{name} {times:.1f} ×" for (key, name) in KEYS if (times := over(row, retry)[key]) > ALIKE]) else []
    yield ""
    yield (f"More than {ALIKE} times as much as a retry hold up new mail: {'; '.join(worse)}." if worse else
           f"None holds up new mail more than a retry does: all are within {ALIKE} times what it costs, by lives/s, p50 and p99.")
    yield ""


def line(verb, recipients, seconds, row, retry, more=""):
    times = over(row, retry)
    return (f"| {verb} | {recipients} | {seconds} | {row['livesPerSecond']:,.0f}{more} | {row['p50']:.1f} ms | {row['p99']:.1f} ms | "
            + " | ".join(f"{times[key]:.2f}" for key, _ in KEYS) + " |")

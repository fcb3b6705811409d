"""Whole lives of messages in the spool alone, SQLite beside PostgreSQL, in turns: bench/Spool prints, this reads."""
import statistics
import subprocess

from .place import ARTIFACTS, WORK

ENGINES = ("sqlite", "postgres")


def measure(rounds, queued, tell):
    """With `queued` the last round fills the spool with so many first: SQLite only has to show that here, so both do."""
    rows = []
    for turn in range(rounds):
        for engine in ENGINES:
            for row in once(engine, queued if turn == rounds - 1 else 0):
                rows.append({"engine": engine, "round": turn + 1, **row})
                tell("  {engine:9} {queue:10,} queued {producers:4} producers {perSecond:7.0f} lives/s, p99 of an accept {p99:6.1f} ms".format(**rows[-1]))
    return rows


def once(engine, queued):
    told = subprocess.run(
        ["dotnet", ARTIFACTS / "spool" / "Namesake.Bench.Spool.dll", "--engine", engine, str(queued), WORK / f"spool-{engine}"],
        capture_output=True, text=True, check=False, timeout=900)
    if told.returncode:
        raise RuntimeError(f"bench/Spool ended with {told.returncode}: {(told.stderr + told.stdout)[-500:]}")
    for line in told.stdout.splitlines():
        words = line.split()
        if len(words) == 6 and words[0].isdigit():
            yield dict(zip(("queue", "producers", "perSecond", "cpuPer1000", "p50", "p99"), (int(words[0]), int(words[1]), *map(float, words[2:]))))


def markdown(rows):
    lines = ["", "| the spool alone: 10 KB accepted, settled, its event written | producers | SQLite lives/s | PostgreSQL lives/s | SQLite is | p99 of an accept, SQLite | PostgreSQL |", "|---|---|---|---|---|---|---|"]
    for queue, producers in dict.fromkeys((row["queue"], row["producers"]) for row in rows):
        middle = lambda engine, key: statistics.median([row[key] for row in rows if (row["engine"], row["queue"], row["producers"]) == (engine, queue, producers)])
        own, other = (middle(engine, "perSecond") for engine in ENGINES)
        lines.append(f"| {queue:,} queued | {producers} | {own:,.0f} | {other:,.0f} | {own / other:.1f} × as fast | {middle('sqlite', 'p99'):.1f} ms | {middle('postgres', 'p99'):.1f} ms |")
    return lines

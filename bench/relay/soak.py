"""A long run at half the speed that goes, with deferrals, refusals and a SIGKILL in the middle: is memory flat, is nothing lost, does the database stay its size?"""
import collections
import sqlite3
import statistics
import time

from .brands import many
from .relays import Namesake
from .traffic import Traffic, wanted
from .waiting import wait_for

BRANDS, DOMAINS, SESSIONS, SIZE = 10, 100, 20, 10_240
DEFERRED, REFUSED, UNREPORTED = 5, 2, 1
FLAT = 1.25
"""Memory at the end of each half may be this many times what it was when the half had settled."""

EVENTS, MAIL, FREE = "events", "mail", "free"
OF_ONE = 16_384
"""Most bytes an undeliverable report may take, with its rows."""
NOISE = 4e6
"""Of the tables of mail, when nothing waits: pages that are half empty."""
OTHERS = 32e6
"""Of everything else: sums by sender, of which 50,000 are kept, queues, identities."""
LOG = 64e6
"""SQLite's log, at most."""
DAYS = 14


def run(seconds, tell):
    configuration = many(BRANDS) | {"more": "delivery: { retry: [20s], retryJitterPercent: 20 }\n"}
    with Traffic(20_000_000, DEFERRED, REFUSED, unreported=UNREPORTED) as traffic:
        relay = Namesake(**configuration)
        try:
            rate = highest(traffic) / 2
            tell(f"  half the highest rate is {rate:.0f}/s; of 100 messages {DEFERRED} meet a 4xx first and {REFUSED} a 5xx, {UNREPORTED} of them so that nobody can be told")
            samples, killed, relay = flow(traffic, relay, seconds, rate, tell)
            sums = settle(traffic, killed)
            wait_for(lambda: relay.ask("spool")["undeliverable"] >= sums["undeliverable"], 60, "the last undeliverable report to be written down")
            last = relay.ask("spool")
            parts = pages(relay)
            relay, after = later(relay, tell)
        finally:
            relay.stop()
        return {"seconds": seconds, "rate": rate, "killedAtMilliseconds": killed, "samples": samples, "sums": sums, "spool": last, "pages": parts, "daysLater": after,
                "check": relay.verb("spool", "check").stdout.strip().splitlines()[-3:]}


def highest(traffic):
    """A burst as fast as the clients go; what is deferred meanwhile takes part in the mixture."""
    traffic.ask(burst=wanted(messages=10_000, sessions=SESSIONS, bytes=SIZE, brands=BRANDS, domains=DOMAINS))
    done = traffic.ask(burst=wanted(seconds=10, sessions=SESSIONS, bytes=SIZE, brands=BRANDS, domains=DOMAINS))
    return done["accepted"] / done["seconds"]


def flow(traffic, relay, seconds, rate, tell):
    """Steady mail and a look at the relay at each of 120 moments; killed and started again at half time."""
    traffic.tell(burst=wanted(seconds=seconds, rate=rate, sessions=SESSIONS, bytes=SIZE, brands=BRANDS, domains=DOMAINS))
    began, samples, killed = time.monotonic(), [], 0
    while (gone := time.monotonic() - began) < seconds:
        if not killed and gone >= seconds / 2:
            killed = traffic.ask(sums=0)["milliseconds"]
            relay.process.kill()
            relay.process.wait(10)
            relay.group.end()
            relay = Namesake(keep=True)
            tell(f"  {gone:6.0f} s: killed; it listens again after {time.monotonic() - began - gone:.1f} s")
            continue
        spool = relay.ask("spool")
        samples.append({
            "at": gone, "half": 2 if killed else 1, "megabytes": relay.group.memory(), "waiting": spool["recipients"], "undeliverable": spool["undeliverable"],
            "diskMegabytes": spool["bytes"] / 1e6, "eventMegabytes": spool["eventBytes"] / 1e6})
        tell("  {at:6.0f} s: {megabytes:5.0f} MB, {waiting:7,} waiting, {undeliverable:6,} undeliverable, {diskMegabytes:7.0f} MB on disk, {eventMegabytes:7.0f} MB of them events".format(**samples[-1]))
        time.sleep(seconds / 120)
    return samples, killed, relay


def settle(traffic, killed):
    """The burst's own answer, then time for what was deferred last; the ledger's sums."""
    burst = traffic.hear()
    sums = traffic.ask(sums=killed)
    end = time.monotonic() + 180
    while sums["open"] and time.monotonic() < end:
        time.sleep(1)
        sums = traffic.ask(sums=killed)
    return sums | {"burst": burst}


def database(relay):
    return sqlite3.connect(relay.folder / "data" / "spool.db")


def pages(relay):
    """What each part of the database takes, by SQLite's own account of its pages."""
    parts = collections.Counter()
    with database(relay) as spool:
        size = spool.execute("PRAGMA page_size").fetchone()[0]
        parts[FREE] = spool.execute("PRAGMA freelist_count").fetchone()[0] * size
        # By pages: what dbstat sums itself it sums in 32 bits.
        for name, count in spool.execute("SELECT name, count(*) FROM dbstat GROUP BY name"):
            parts[EVENTS if name.startswith("event_") else MAIL if name.startswith(("message", "body", "recipient")) else "others"] += count * size
    spool.close()
    return dict(parts)


def later(relay, tell):
    """As if so many days had passed since mail became undeliverable: does the relay let it go, with what it took?"""
    relay.stop()
    with database(relay) as spool:
        aged = spool.execute("UPDATE recipient SET due = due - ? * 86400000000 WHERE state = 1", (DAYS + 1,)).rowcount
    spool.close()
    relay = Namesake(keep=True)
    began = time.monotonic()
    wait_for(lambda: relay.ask("spool")["undeliverable"] == 0, 120, f"{aged} undeliverable reports to go")
    took = time.monotonic() - began
    left = relay.ask("spool")
    tell(f"  {DAYS + 1} days later: {aged:,} undeliverable reports are gone within {took:.1f} s, {left['messages']:,} messages are left")
    return relay, {"aged": aged, "seconds": took, "spool": left, "pages": pages(relay)}


def verdict(found):
    """Each question with its answer, and whether it is the right one."""
    sums, spool = found["sums"], found["spool"]
    lost = sums["open"] - spool["recipients"]
    yield (f"nothing lost: {sums['accepted']:,} accepted, {sums['delivered']:,} delivered, {sums['returned']:,} returned to their senders, {sums['undeliverable']:,} undeliverable, "
           f"{spool['recipients']:,} still waiting, {max(0, lost):,} lost"), lost <= 0
    yield f"nothing twice but by the kill: {sums['twice']:,} came twice, {sums['twiceByKill']:,} of them first in the 5 s before it", sums["twice"] == sums["twiceByKill"]
    yield f"nothing invented: {sums['strangers']:,} messages at the sink that nobody sent", sums["strangers"] == 0
    for half in (1, 2):
        memory = [sample["megabytes"] for sample in found["samples"] if sample["half"] == half]
        if len(memory) < 8:
            yield f"memory in half {half}: {len(memory)} looks are too few to say", False
            continue
        # The first quarter of each half warms up: compilation, caches, buffers.
        early, late = (statistics.median(part) for part in (memory[len(memory) // 4:len(memory) // 2], memory[-len(memory) // 4:]))
        yield f"memory flat in half {half}: {early:.0f} MB, at its end {late:.0f} MB", late <= early * FLAT
    yield from disk(found)


def markdown(found):
    """The answers, and under which load they were given."""
    told = [f"{found['seconds'] / 60:.0f} minutes at half of the highest rate, {found['rate']:,.0f} messages/s; {BRANDS} brands, {DOMAINS} domains, of 100 messages {DEFERRED} meet a 4xx first and {REFUSED} a 5xx, "
            "SIGKILL at half time.", "", "| answer | |", "|---|---|"]
    told += [f"| {text} | {'as it should be' if right else '**not as it should be**'} |" for text, right in verdict(found)]
    return "\n".join([*told, f"| `spool check` afterwards | {found['check'][-1].removeprefix('verdict').strip()} |"]) + "\n"


def disk(found):
    """Events are kept for their days and undeliverable reports as long: both are shown. All the rest must not grow with the mail that has passed."""
    sums, spool, parts, after = found["sums"], found["spool"], found["pages"], found["daysLater"]
    kept = spool["undeliverable"]
    yield f"undeliverable reports: {sums['undeliverable']:,} were refused by the sink, {kept:,} are kept", kept == sums["undeliverable"]
    settled = found["samples"][len(found["samples"]) // 4:]
    early, late = (statistics.median(sample["diskMegabytes"] - sample["eventMegabytes"] for sample in part) for part in (settled[:len(settled) // 3], settled[-len(settled) // 3:]))
    yield f"without events {early:.0f} MB on disk while mail flows, at the end {late:.0f} MB", late <= early + (LOG + kept * OF_ONE) / 1e6
    yield (f"afterwards mail takes {parts[MAIL] / 1e6:.1f} MB, {parts[MAIL] / max(1, kept):.0f} bytes for each of the undeliverable reports, which are all that is there; "
           f"everything else but events {parts['others'] / 1e6:.1f} MB"), parts[MAIL] <= NOISE + kept * OF_ONE and parts["others"] <= OTHERS
    yield f"events take {parts[EVENTS] / 1e6:.0f} MB, {parts[EVENTS] / max(1, sums['accepted']):.0f} bytes a message; the relay says {spool['eventBytes'] / 1e6:.0f} MB", abs(spool["eventBytes"] - parts[EVENTS]) <= 0.15 * parts[EVENTS] + NOISE
    yield (f"{DAYS + 1} days later {after['aged']:,} undeliverable reports went within {after['seconds']:.1f} s; mail takes {after['pages'][MAIL] / 1e6:.1f} MB", after["aged"] == kept and after["pages"][MAIL] <= NOISE)

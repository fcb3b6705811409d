"""A long run at half the speed that goes, with deferrals, refusals and a SIGKILL in the middle: is memory flat, is nothing lost, does the database stay its size?"""
import statistics
import time

from .brands import many
from .relays import Namesake
from .traffic import Traffic, wanted

BRANDS, DOMAINS, SESSIONS, SIZE = 10, 100, 20, 10_240
DEFERRED, REFUSED = 5, 2
FLAT = 1.25
"""Memory at the end of each half may be this many times what it was when the half had settled."""


def run(seconds, tell):
    configuration = many(BRANDS) | {"more": "delivery: { retry: [20s], retryJitterPercent: 20 }\n"}
    with Traffic(20_000_000, DEFERRED, REFUSED) as traffic:
        relay = Namesake(**configuration)
        try:
            rate = highest(traffic) / 2
            tell(f"  half the highest rate is {rate:.0f}/s; of 100 messages {DEFERRED} meet a 4xx first and {REFUSED} a 5xx")
            samples, killed, relay = flow(traffic, relay, seconds, rate, tell)
            sums = settle(traffic, killed)
            waiting = relay.ask("spool")["recipients"]
        finally:
            relay.stop()
        return {"seconds": seconds, "rate": rate, "killedAtMilliseconds": killed, "samples": samples, "sums": sums, "waiting": waiting,
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
        samples.append({"at": gone, "half": 2 if killed else 1, "megabytes": relay.group.memory(), "waiting": spool["recipients"], "diskMegabytes": spool["bytes"] / 1e6})
        tell("  {at:6.0f} s: {megabytes:5.0f} MB, {waiting:7,} waiting, {diskMegabytes:7.0f} MB on disk".format(**samples[-1]))
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


def verdict(found):
    """Each question with its answer, and whether it is the right one."""
    sums = found["sums"]
    lost = sums["open"] - found["waiting"]
    yield f"nothing lost: {sums['accepted']:,} accepted, {sums['delivered']:,} delivered, {sums['returned']:,} returned to their senders, {found['waiting']:,} still waiting, {max(0, lost):,} lost", lost <= 0
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
    growth = disk(found)
    yield f"database steady: it grows by {growth:.0f} bytes per message that passed, the events that are kept for their days", growth < 2048


def markdown(found):
    """The answers, and under which load they were given."""
    told = [f"{found['seconds'] / 60:.0f} minutes at half of the highest rate, {found['rate']:,.0f} messages/s; {BRANDS} brands, {DOMAINS} domains, of 100 messages {DEFERRED} meet a 4xx first and {REFUSED} a 5xx, "
            "SIGKILL at half time.", "", "| answer | |", "|---|---|"]
    told += [f"| {text} | {'as it should be' if right else '**not as it should be**'} |" for text, right in verdict(found)]
    return "\n".join([*told, f"| `spool check` afterwards | {found['check'][-1].removeprefix('verdict').strip()} |"]) + "\n"


def disk(found):
    """Bytes on disk per message that passed, over the settled part: content of 10 KB that stayed would show."""
    settled = found["samples"][len(found["samples"]) // 4:]
    first, last = settled[0], settled[-1]
    return (last["diskMegabytes"] - first["diskMegabytes"]) * 1e6 / max(1, (last["at"] - first["at"]) * found["rate"])

"""What a brand with a long queue costs another: the time of its ten messages beside the queue, over their time on an idle relay. Namesake only.

The sink takes 20 ms for a message and 10 connections. Two ways to share them: both brands leave by one source, so they share a lane; or each by its own, so
two lanes share what the site allows in all."""
import statistics
import time

from .brands import many
from .relays import Namesake
from .traffic import Traffic, wanted
from .waiting import wait_for

SLOW, CONNECTIONS, TEN = 20, 10, 10
MOST = 2.0
SIZE = 2_048

WAYS = ("one source", "a source each")


def configuration(way):
    made = many(2)
    made["routes"] = made["routes"].replace("connections: 20", f"connections: {CONNECTIONS}")
    site = made["routes"].split('via: "')[1].split('"')[0]
    made["more"] = f'sites: [ {{ sites: ["route:{site}"], connectionsInAll: {CONNECTIONS} }} ]\n'
    if way == WAYS[0]:
        made["brands"] = made["brands"].replace("sources: [s1]", "sources: [s0]")
        made["sources"] = made["sources"].replace("ehlo: mail.b0.example", "ehlo: mail.b0.example, shared: true")
    return made


def measure(messages, rounds, warm_up, tell):
    """Each round: brand B's ten alone, then beside brand A's queue, on a relay started afresh that has carried both brands' mail."""
    rows = []
    for turn in range(rounds):
        for way in WAYS:
            with Traffic(messages + warm_up + 2_000, slow=SLOW) as traffic, Namesake(**configuration(way)) as relay:
                traffic.burst(warm_up, brands=2)
                # Once unmeasured: what is compiled for ten messages at once is compiled then.
                ten(traffic)
                settle(relay)
                alone = ten(traffic)
                settle(relay)
                submitted = traffic.ask(burst=wanted(messages=messages, sessions=20, bytes=SIZE, brands=1))
                if submitted["accepted"] != messages:
                    raise RuntimeError(f"{submitted['accepted']} of {messages} accepted: {submitted['lastRefusal']}")
                waiting = relay.ask("spool")["recipients"]
                if waiting <= TEN * CONNECTIONS:
                    raise RuntimeError(f"only {waiting} of brand A's messages still wait: there is nothing to be fair about; more messages are needed")
                beside = ten(traffic)
                rows.append({"way": way, "round": turn + 1, "queued": waiting, "alone": alone, "beside": beside})
                tell("  {way:14} {queued:7,} queued: ten messages in {alone:4.0f} ms alone, {beside:4.0f} ms beside them".format(**rows[-1]))
    return rows


def ten(traffic):
    """Brand B's ten messages from ten clients at once: milliseconds until the sink has the last."""
    before = traffic.ask()
    accepted = traffic.ask(burst=wanted(messages=TEN, sessions=TEN, bytes=SIZE, brands=1, brand=1))
    if accepted["accepted"] != TEN:
        raise RuntimeError(f"{accepted['accepted']} of {TEN} accepted: {accepted['lastRefusal']}")
    wait_for(lambda: traffic.ask(came=[before["begun"], TEN])["came"] == TEN, 120, "brand B's ten messages")
    return traffic.ask(came=[before["begun"], TEN])["last"] - before["milliseconds"]


def settle(relay):
    """Until nothing is under way and its idle connections have ended: every measurement begins with none."""
    wait_for(lambda: not relay.ask("status")["inMemory"] and not relay.ask("status")["deliverySessions"], 120, "the relay to be idle")
    time.sleep(0.5)


def medians(rows):
    for way in WAYS:
        same = [row for row in rows if row["way"] == way]
        if same:
            alone, beside = (statistics.median(row[key] for row in same) for key in ("alone", "beside"))
            yield way, min(row["queued"] for row in same), alone, beside, beside / alone


def markdown(rows):
    lines = ["| brands A and B leave by | A's queue | B's ten messages alone | beside A's queue | ratio |", "|---|---|---|---|---|"]
    for way, queued, alone, beside, ratio in medians(rows):
        lines.append(f"| {way} | {queued:,} | {alone:.0f} ms | {beside:.0f} ms | {ratio:.2f} |")
    return "\n".join([*lines, "", f"Medians of {max(row['round'] for row in rows)}; a sink of {SLOW} ms a message and {CONNECTIONS} connections. The ratio is to be at most {MOST}."]) + "\n"

"""The table of bench/faults: one line a fault, medians over the rounds, and the longest where it is another."""
import statistics

# What was done, and what docs/verdicts.md wants of it. The order of the table.
FAULTS = {
    "wrong NAT, a receiver echoes": "the router gives the source the provider's general address",
    "wrong NAT, only silent receivers, proof renewed every 3 s": "the same; the defaults, but `proofRefresh: 3s`",
    "wrong NAT, only silent receivers, requireProof 1 s": "the same, with `silentReceivers: { requireProof: 1s }`",
    "vanished PTR, nobody refuses": "the PTR record is deleted",
    "vanished PTR, a receiver refuses": "the same; Postfix answers 5.7.25, and no look at DNS is due",
    "A record changed": "the EHLO name leads to another address",
    "second EHLO by another source": "a reload brings a source with another name on the address",
    "second EHLO by renaming": "a reload gives the source a name DNS doesn't know",
    "second EHLO by somebody else behind the address": "a stranger is translated to the source's address; three receivers that keep count refuse (450)",
    "one PTR more": "a second PTR name beside the right one",
    "ten PTRs more": "eleven PTR names: more than receivers look at",
    "resolver outage": "no resolver answers",
}

TOLD = {
    "second EHLO by another source": "refused: EH-08; the running configuration goes on",
    "one PTR more": "told: PT-05 FAIL, holds nothing",
    "resolver outage": "told: FB-09, holds nothing",
}

# A witness's answer takes its time, also on a busy machine.
ALLOWANCE = 3


def markdown(rows):
    lines = [
        "| fault | what it does | seen after s | held after s | released s after repair | mail delivered s after repair | letters waiting | left before it was held, rightly named | misnamed | misnamed at silent receivers |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for fault, does in FAULTS.items():
        mine = [row for row in rows if row["fault"] == fault]
        if not mine:
            continue
        held = TOLD.get(fault) or f"{times(mine, 'held')} ({mine[0]['told']})"
        lines.append(f"| {fault} | {does} | {times(mine, 'seen')} | {held} | {times(mine, 'released')} | {times(mine, 'delivered')} | {counts(mine, 'waited')} | {counts(mine, 'beforeHeld')} "
                     f"| {sum(row['misnamed'] for row in mine)} | {exposure(mine)} |")
    return "\n".join(lines)


def times(rows, what):
    values = [row[what] for row in rows if row[what] is not None]
    if not values:
        return "–"
    median, longest = statistics.median(values), max(values)
    return f"{median:.1f}" if f"{median:.1f}" == f"{longest:.1f}" else f"{median:.1f}, at most {longest:.1f}"


def counts(rows, what):
    low, high = min(row[what] for row in rows), max(row[what] for row in rows)
    return str(low) if low == high else f"{low} to {high}"


def exposure(rows):
    last = [row["exposedFor"] for row in rows if row["exposedFor"] is not None]
    return f"{counts(rows, 'misnamedSilent')}, the last after {max(last):.1f} s" if last else "0"


def wrong(rows):
    """What must not be: a misnamed session where the address is echoed, one at a silent receiver later than its proof allows, a fault that was not played."""
    for row in rows:
        if row["misnamed"]:
            yield f"{row['fault']}: {row['misnamed']} sessions reached MAIL FROM misnamed, or while their source was held"
        if row["exposedFor"] is not None and row["proofSeconds"] is not None and row["exposedFor"] > row["proofSeconds"] + ALLOWANCE:
            yield f"{row['fault']}: misnamed {row['exposedFor']} s after the fault, with a proof of {row['proofSeconds']} s"
    for fault in FAULTS.keys() - {row["fault"] for row in rows}:
        yield f"{fault}: not played to its end"

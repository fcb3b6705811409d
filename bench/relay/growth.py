"""How cost grows with brands and with recipient domains: messages per second and CPU at each size, and whether there is a step in it."""
import statistics

from .brands import many
from .relays import Namesake
from .traffic import Traffic

SIZES = ((1, 1), (10, 1), (100, 1), (1000, 1), (1, 100), (1, 1_000), (1, 10_000))

STEP = 1.5
"""Cost that rises by more than this between neighbours, each ten times the other, is a step."""


def measure(rounds, messages, warm_up, tell):
    """Each round goes once through all sizes, so that the machine's moods meet all of them."""
    rows = []
    for turn in range(rounds):
        for brands, domains in SIZES:
            with Traffic(2_000_000) as traffic, Namesake(**many(brands)) as relay:
                traffic.burst(warm_up, brands=brands, domains=domains)
                before = relay.group.cpu()
                rate = traffic.burst(messages, brands=brands, domains=domains)
                rows.append({
                    "brands": brands, "domains": domains, "round": turn + 1, "perSecond": rate,
                    "cpuPer1000": (relay.group.cpu() - before) / messages * 1000, "megabytes": relay.group.memory()})
                tell("  {brands:5,} brands {domains:6,} domains {perSecond:7.0f}/s {cpuPer1000:6.2f} s CPU per 1,000 {megabytes:5.0f} MB".format(**rows[-1]))
    return rows


def medians(rows):
    for brands, domains in SIZES:
        same = [row for row in rows if (row["brands"], row["domains"]) == (brands, domains)]
        if same:
            yield brands, domains, *(statistics.median(row[key] for row in same) for key in ("perSecond", "cpuPer1000", "megabytes"))


def steps(rows):
    """Where cost rises faster than STEP from one size to the next."""
    found = list(medians(rows))
    for line in ([row for row in found if row[1] == 1], [found[0], *(row for row in found if row[1] > 1)]):
        for smaller, larger in zip(line, line[1:]):
            if larger[3] > smaller[3] * STEP:
                yield f"from {smaller[0]:,} brands and {smaller[1]:,} domains to {larger[0]:,} and {larger[1]:,} CPU per message rises to {larger[3] / smaller[3]:.1f} times"


def markdown(rows):
    lines = ["| brands | recipient domains | messages per second | CPU s per 1,000 | memory MB | |", "|---|---|---|---|---|---|"]
    most = max(row[3] for row in medians(rows))
    for brands, domains, rate, cpu, size in medians(rows):
        lines.append(f"| {brands:,} | {domains:,} | {rate:,.0f} | {cpu:.2f} | {size:,.0f} | `{'█' * max(1, round(cpu / most * 30))}` |")
    found = list(steps(rows))
    return "\n".join([*lines, "", ("**Steps:** " + "; ".join(found) + ".") if found else f"No step: nowhere does a size ten times larger cost more than {STEP} times the CPU per message."]) + "\n"

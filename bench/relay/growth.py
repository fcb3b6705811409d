"""How cost grows with brands and with recipient domains: messages per second, CPU and memory at each size, and whether there is a step in it."""
import statistics

from . import curve
from .brands import many
from .relays import Namesake
from .traffic import Traffic

SIZES = ((1, 1), (10, 1), (100, 1), (1000, 1), (1, 10), (1, 100), (1, 1_000), (1, 10_000))

STEP = 1.5
"""CPU a message that rises by more than this between neighbours, each ten times the other, is a step."""

PANELS = (("messages per second", "perSecond"), ("CPU s per 1,000 messages", "cpuPer1000"), ("memory MB", "megabytes"))


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
                    "cpuPer1000": (relay.group.cpu() - before) / messages * 1000, "megabytes": relay.group.memory(), "sessions": relay.ask("status")["deliverySessions"]})
                tell("  {brands:5,} brands {domains:6,} domains {perSecond:7.0f}/s {cpuPer1000:6.2f} s CPU per 1,000 {megabytes:5.0f} MB with {sessions} delivery sessions".format(**rows[-1]))
    return rows


def of(rows, brands, domains, key):
    return [row[key] for row in rows if (row["brands"], row["domains"]) == (brands, domains) and key in row]


def lines(rows):
    """Both ways to grow, from the same beginning; sizes that weren't measured are left out."""
    sizes = [size for size in SIZES if of(rows, *size, "perSecond")]
    return {"brands, one domain": [size for size in sizes if size[1] == 1], "domains, one brand": [size for size in sizes if size[0] == 1]}


def steps(rows):
    """Where CPU a message rises faster than STEP from one size to the next."""
    for line in lines(rows).values():
        for smaller, larger in zip(line, line[1:]):
            times = statistics.median(of(rows, *larger, "cpuPer1000")) / statistics.median(of(rows, *smaller, "cpuPer1000"))
            if times > STEP:
                yield f"from {smaller[0]:,} brands and {smaller[1]:,} domains to {larger[0]:,} and {larger[1]:,} CPU per message rises to {times:.1f} times"


def drawing(rows):
    def point(size, key):
        found = of(rows, *size, key)
        return max(size), statistics.median(found), min(found), max(found)

    return curve.page([(title, "brands or recipient domains", [(name, [point(size, key) for size in line]) for name, line in lines(rows).items()]) for title, key in PANELS])


def markdown(rows):
    told = ["| brands | recipient domains | messages per second | range | CPU s per 1,000 | memory MB | delivery sessions |", "|---|---|---|---|---|---|---|"]
    for brands, domains in dict.fromkeys(size for line in lines(rows).values() for size in line):
        rates = of(rows, brands, domains, "perSecond")
        cpu, size = (statistics.median(of(rows, brands, domains, key)) for key in ("cpuPer1000", "megabytes"))
        sessions = of(rows, brands, domains, "sessions")
        told.append(f"| {brands:,} | {domains:,} | {statistics.median(rates):,.0f} | {min(rates):,.0f} to {max(rates):,.0f} | {cpu:.2f} | {size:,.0f} | {f'{statistics.median(sessions):,.0f}' if sessions else ''} |")
    found = list(steps(rows))
    return "\n".join([*told, "", f"Medians of {max(row['round'] for row in rows)}. " + (("**Steps:** " + "; ".join(found) + ".") if found
                      else f"No step: nowhere does a size ten times larger cost more than {STEP} times the CPU a message.")]) + "\n"

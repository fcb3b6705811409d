"""The results as Markdown: every number comes from the results file."""
import statistics

from . import engines, goals, variants


def markdown(results):
    machine = results["machine"]
    lines = [
        f"Measured {machine['when']} at commit {machine['commit']}: {machine['cores']} cores ({machine['processor']}), {machine['memoryGb']} GB, "
        f"{machine['system']}, kernel {machine['kernel']}, {machine['fileSystem']}; load before the start {machine['loadBefore']}. {results['rounds']} rounds of about {results['seconds']} s each.", ""]
    lines += [*goals.markdown(results), "", "| relay | durable by | settings |", "|---|---|---|"]
    lines += [f"| {relay['version']} | {relay['durability']} | {'; '.join(relay['settings'])} |" for relay in results["relays"]]
    lines += ["", *(f"**{name}: not measured.** {why}" for name, why in results["absent"].items())]
    if "speed" in results:
        lines += speeds(results["speed"])
    for name, part in (("variants", variants), ("engines", engines)):
        if name in results:
            lines += part.markdown(results[name]) if isinstance(results[name], list) else ["", f"**{name}: not measured.** {results[name]['failed']}"]
    lines += drain(results.get("drain", []))
    if "depth" in results:
        lines += depth(results["depth"])
    if "durability" in results:
        lines += flushes(results["durability"])
    return "\n".join(lines) + "\n"


def speeds(rows):
    lines = ["", "| messages per second, end to end | relay | median | range | accepted | CPU s per 1,000 | memory MB | Namesake is |", "|---|---|---|---|---|---|---|---|"]
    for workload in dict.fromkeys(row["workload"] for row in rows):
        lines += speed(workload, [row for row in rows if row["workload"] == workload])
    cold = [row["coldPerSecond"] for row in rows if row.get("coldPerSecond")]
    if cold:
        lines += ["", f"Namesake's first messages after a start (10 KB, 20 sessions): median {statistics.median(cold):,.0f}/s ({min(cold):,.0f} to {max(cold):,.0f})."]
    return lines


def flushes(rows):
    lines = ["", "| flushes to disk per message, counted by strace | sessions | calls |", "|---|---|---|"]
    for row in rows:
        calls = row.get("failed") or ", ".join(f"{call} {number:.2f}" for call, number in row["perMessage"].items()) or "**none: not durable**"
        lines.append(f"| {row['relay']} | {row['sessions']} | {calls} |")
    return lines


def speed(workload, rows):
    own = [row["perSecond"] for row in rows if row["relay"] == "namesake" and "perSecond" in row]
    for relay in dict.fromkeys(row["relay"] for row in rows):
        good = [row for row in rows if row["relay"] == relay and "perSecond" in row]
        if not good:
            yield f"| {workload} | {relay} | **failed** | | | | | |"
            continue
        middle = lambda key: statistics.median(row[key] for row in good)
        rates = [row["perSecond"] for row in good]
        ratio = f"{statistics.median(own) / statistics.median(rates):.1f} × as fast" if own and relay != "namesake" else ""
        size = f"{middle('megabytes'):,.0f}" if good[0]["megabytes"] is not None else ""
        yield f"| {workload} | {relay} | {middle('perSecond'):,.0f} | {min(rates):,.0f} to {max(rates):,.0f} | {middle('acceptedPerSecond'):,.0f} | {middle('cpuPer1000'):.2f} | {size} | {ratio} |"


def drain(rows):
    if not rows:
        yield from ("", "**Drain of deferred mail: not measured.**")
        return
    own = [row["perSecond"] for row in rows if row["relay"] == "namesake" and "perSecond" in row]
    yield from ("", "| drain of deferred mail, 10 KB | messages | per second, median | range | CPU s per 1,000 | Namesake is |", "|---|---|---|---|---|---|")
    for relay in dict.fromkeys(row["relay"] for row in rows):
        good = [row for row in rows if row["relay"] == relay and "perSecond" in row]
        if not good:
            yield f"| {relay} | **not measured**: {next(row['failed'] for row in rows if row['relay'] == relay).splitlines()[0]} | | | | |"
            continue
        rates = [row["perSecond"] for row in good]
        ratio = f"{statistics.median(own) / statistics.median(rates):.1f} × as fast" if own and relay != "namesake" else ""
        cpu = statistics.median(row["cpuPer1000"] for row in good)
        yield f"| {relay} | {good[0]['messages']:,} | {statistics.median(rates):,.0f} | {min(rates):,.0f} to {max(rates):,.0f} | {cpu:.2f} | {ratio} |"


def depth(found):
    if "failed" in found:
        return ["", f"**A long queue: not measured.** {found['failed']}"]
    steps = found["steps"]
    return ["", "| Namesake with a long queue, 2 KB, 100 sessions | |", "|---|---|",
            f"| waiting | {found['waiting']:,} messages, {found['diskMegabytes']:,.0f} MB on disk |",
            f"| accept rate of the first {steps[0]['queued']:,} | {steps[0]['acceptedPerSecond']:,.0f}/s |",
            f"| accept rate of the last {steps[0]['queued']:,} | {steps[-1]['acceptedPerSecond']:,.0f}/s, {steps[-1]['acceptedPerSecond'] / steps[0]['acceptedPerSecond']:.2f} of the first |",
            f"| memory while it grew | {min(step['megabytes'] for step in steps):,.0f} to {max(step['megabytes'] for step in steps):,.0f} MB |",
            f"| restart to first delivery | {found['firstDeliverySeconds']:.1f} s |",
            f"| then, leaving | {found['drainPerSecond']:,.0f}/s in {found['drainMegabytes']:,.0f} MB |"]

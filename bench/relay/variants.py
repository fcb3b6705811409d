"""What single features cost Namesake: the same load with and without each, in turns. Both ends are bench/Traffic, because smtp-source and smtp-sink know no TLS."""
import statistics
import subprocess

from .brands import many
from .names import Names
from .place import SINK_PORT, WORK
from .relays import Namesake
from .traffic import Traffic
from .waiting import wait_for

MESSAGES = 20_000


def certificate():
    """A certificate for both ends, RSA 2048 as most mail servers have."""
    pem, key = WORK / "bench.pem", WORK / "bench.key"
    if not pem.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.b0.example", "-keyout", key, "-out", pem], check=True, capture_output=True)
        pem.chmod(0o644)
    return pem, key


def plain():
    return {"relay": many(1), "traffic": {}, "tls": False}


def public():
    """The source is proven by DNS; in each session the sink's EHLO reply is read before MAIL FROM."""
    return plain() | {"relay": many(1) | {"routes": f'routes: [ {{ domains: ["*"], via: "127.0.0.1:{SINK_PORT}", connections: 20 }} ]\n'}}


def tls():
    pem, key = certificate()
    return {"relay": many(1) | {"more": f'certificates: [ {{ name: mail.b0.example, certificateFile: {pem}, keyFile: {key} }} ]\n'}, "traffic": {"certificate": (pem, key)}, "tls": True}


def dkim():
    """Every message signed with RSA 2048, relaxed/relaxed, when it is accepted."""
    key = WORK / "dkim.pem"
    if not key.exists():
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key], check=True, capture_output=True)
    relay = many(1)
    signed = relay["brands"].replace("sources: [s0] }", f"sources: [s0], dkim: [ {{ selector: s1, keyFile: {key} }} ] }}")
    assert signed != relay["brands"]
    return plain() | {"relay": relay | {"brands": signed}}


VARIANTS = {"as in the table above": plain, "a public route, with its fence": public, "TLS to the relay and to the receiver": tls, "each message signed with DKIM, RSA 2048": dkim}


def measure(rounds, scale, tell):
    rows, messages = [], int(MESSAGES * scale)
    with Names():
        for turn in range(rounds):
            for name, variant in VARIANTS.items():
                rows.append({"variant": name, "round": turn + 1, **one(variant(), messages)})
                tell("  {variant:40} {perSecond:7.0f}/s {cpuPer1000:6.2f} s CPU per 1,000".format(**rows[-1]))
    return rows


def one(variant, messages):
    with Traffic(4 * messages + 1_000, **variant["traffic"]) as traffic, Namesake(**variant["relay"]) as relay:
        wait_for(lambda: all(source["verdict"] == "aligned" for source in relay.ask("sources")["items"]), 30, "the source to be proven")
        traffic.burst(messages, tls=variant["tls"])
        before = relay.group.cpu()
        rate = traffic.burst(messages, tls=variant["tls"])
        return {"perSecond": rate, "cpuPer1000": (relay.group.cpu() - before) / messages * 1000}


def markdown(rows):
    lines = ["", "| Namesake, 10 KB, 20 sessions, bench/Traffic at both ends | messages per second | range | CPU s per 1,000 | CPU against the first |", "|---|---|---|---|---|"]
    middle = lambda name, key: statistics.median(row[key] for row in rows if row["variant"] == name)
    names = list(dict.fromkeys(row["variant"] for row in rows))
    for name in names:
        rates = [row["perSecond"] for row in rows if row["variant"] == name]
        lines.append(f"| {name} | {statistics.median(rates):,.0f} | {min(rates):,.0f} to {max(rates):,.0f} | {middle(name, 'cpuPer1000'):.2f} | {middle(name, 'cpuPer1000') / middle(names[0], 'cpuPer1000'):.2f} × |")
    return lines

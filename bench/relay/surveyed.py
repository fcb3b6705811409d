"""A world to survey, in a network namespace: a BIND for the root and what is right below it, one with two addresses for all reverse and brand zones, Unbound in front."""
import contextlib
import pathlib
import subprocess

from .place import PACKAGES, run
from .waiting import wait_for

PER_ZONE = 250
ABOVE, FIRST, SECOND, RESOLVER = "192.0.2.1", "192.0.2.53", "192.0.2.54", "127.0.0.1"

START = "$TTL 3600\n@ SOA ns1.host.example. hostmaster.host.example. 7 3600 600 86400 3600\n"
SERVERS = "NS ns1.host.example.\n{owner} NS ns2.host.example.\n"

NAMED = """controls {{ }};
options {{ directory "{folder}"; pid-file none; session-keyfile none; listen-on {{ {addresses} }}; listen-on-v6 {{ none; }}; recursion no; dnssec-validation no; notify no; empty-zones-enable no; }};
{zones}
"""

UNBOUND = """server:
  interface: {address}
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  root-hints: "{folder}/hints"
  module-config: "iterator"
  unblock-lan-zones: yes
  local-zone: "2.0.192.in-addr.arpa" nodefault
"""


def reverse(zone):
    return f"{zone % 256}.{18 + zone // 256}.198.in-addr.arpa"


def delegate(owner):
    return f"{owner} " + SERVERS.format(owner=owner)


def write_above(folder, sources):
    """The root, the top level of the brands' names, and the top of the reverse tree."""
    (folder / "root").write_text(f"{START}@ NS above.host.example.\nexample. NS above.host.example.\nin-addr.arpa. NS above.host.example.\nabove.host.example. A {ABOVE}\n")
    glue = f"above.host A {ABOVE}\nns1.host A {FIRST}\nns2.host A {SECOND}\n"
    (folder / "example").write_text(f"{START}@ NS above.host.example.\nhost {SERVERS.format(owner='host')}{glue}" + "".join(delegate(f"b{i}") for i in range(sources)))
    (folder / "in-addr.arpa").write_text(f"{START}@ NS above.host.example.\n" + "".join(delegate(reverse(zone) + ".") for zone in range(-(-sources // PER_ZONE))))
    return [".", "example", "in-addr.arpa"]


def write_below(folder, sources, bare=False):
    """bare: no source has a PTR record or an address yet, and all names are to be in one zone."""
    zones = ["host.example"]
    (folder / "host.example").write_text(f"{START}{delegate('@')}above A {ABOVE}\nns1 A {FIRST}\nns2 A {SECOND}\n")
    for zone in range(-(-sources // PER_ZONE)):
        zones.append(reverse(zone))
        names = range(zone * PER_ZONE, min(sources, (zone + 1) * PER_ZONE))
        (folder / reverse(zone)).write_text(START + delegate("@") + ("" if bare else "".join(f"{1 + i % PER_ZONE} PTR mail.b{i}.example.\n" for i in names)))
    if bare:
        (folder / "b0.example").write_text(START + delegate("@"))
        return [*zones, "b0.example"]
    for i in range(sources):
        zones.append(f"b{i}.example")
        zone, host = i // PER_ZONE, 1 + i % PER_ZONE
        (folder / f"b{i}.example").write_text(f"{START}{delegate('@')}mail A 198.{18 + zone // 256}.{zone % 256}.{host}\n")
    return zones


@contextlib.contextmanager
def world(folder: pathlib.Path, sources, key=None):
    """All of it, running; ends with it. With a key (TSIG, base64) nothing of the sources is there yet, and who has it may write."""
    with contextlib.ExitStack() as stack:
        for name, addresses, write in (("above", [ABOVE], write_above), ("below", [FIRST, SECOND], lambda place, count: write_below(place, count, bare=key is not None))):
            place = folder / name
            place.mkdir(parents=True)
            update = 'allow-update { key "namesake"; };' if key and name == "below" else ""
            zones = f'key "namesake" {{ algorithm hmac-sha256; secret "{key}"; }};\n' if key else ""
            zones += "\n".join(f'zone "{zone}" {{ type primary; file "{"root" if zone == "." else zone}"; {update} }};' for zone in write(place, sources))
            (place / "named.conf").write_text(NAMED.format(folder=place, addresses=" ".join(f"{address};" for address in addresses), zones=zones))
            start(stack, place / "log", "all zones loaded", "named", "-g", "-4", "-n", "1", "-c", place / "named.conf")
        (folder / "hints").write_text(f". 3600 NS above.host.example.\nabove.host.example. 3600 A {ABOVE}\n")
        (folder / "unbound.conf").write_text(UNBOUND.format(address=RESOLVER, folder=folder))
        start(stack, folder / "log", "start of service", "unbound", "-d", "-d", "-c", folder / "unbound.conf")
        yield


def start(stack, log, ready, *command):
    output = stack.enter_context(open(log, "w", encoding="utf-8"))
    process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=output)
    stack.callback(process.wait, 30)
    stack.callback(process.terminate)
    wait_for(lambda: ready in log.read_text(errors="replace"), 120, f"{command[0]}: {log}")


def addresses():
    run("ip", "link", "set", "lo", "up")
    for address in (ABOVE, FIRST, SECOND):
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    run("mount", "-t", "overlay", "overlay", "-o", f"ro,lowerdir={PACKAGES}/usr:/usr", "/usr")

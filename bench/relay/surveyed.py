"""A world to survey, in a network namespace: a BIND for the root and what is right below it, one with two addresses for all reverse and brand zones, Unbound in front."""
import contextlib
import pathlib
import socket
import subprocess

from .place import PACKAGES, run
from .waiting import wait_for

PER_ZONE = 250
ABOVE, FIRST, SECOND, SILENT, RESOLVER = "192.0.2.1", "192.0.2.53", "192.0.2.54", "192.0.2.55", "127.0.0.1"
SERVERS = {"ns1.host": FIRST, "ns2.host": SECOND}
WITH_SILENT = {**SERVERS, "ns3.host": SILENT}

START = "$TTL 3600\n@ SOA ns1.host.example. hostmaster.host.example. 7 3600 600 86400 3600\n"

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


def delegate(owner, servers):
    return "".join(f"{owner} NS {name}.example.\n" for name in servers)


def glue(servers, below=".host"):
    return "".join(f"{name.removesuffix('.host')}{below} A {address}\n" for name, address in {"above.host": ABOVE, **servers}.items())


def write_above(folder, sources, servers):
    """The root, the top level of the brands' names, and the top of the reverse tree."""
    (folder / "root").write_text(f"{START}@ NS above.host.example.\nexample. NS above.host.example.\nin-addr.arpa. NS above.host.example.\nabove.host.example. A {ABOVE}\n")
    (folder / "example").write_text(f"{START}@ NS above.host.example.\n" + delegate("host", servers) + glue(servers) + "".join(delegate(f"b{i}", servers) for i in range(sources)))
    (folder / "in-addr.arpa").write_text(f"{START}@ NS above.host.example.\n" + "".join(delegate(reverse(zone) + ".", servers) for zone in range(-(-sources // PER_ZONE))))
    return [".", "example", "in-addr.arpa"]


def write_below(folder, sources, servers, bare=False):
    """bare: no source has a PTR record or an address yet, and all names are to be in one zone."""
    zones = ["host.example"]
    (folder / "host.example").write_text(START + delegate("@", servers) + glue(servers, ""))
    for zone in range(-(-sources // PER_ZONE)):
        zones.append(reverse(zone))
        names = range(zone * PER_ZONE, min(sources, (zone + 1) * PER_ZONE))
        (folder / reverse(zone)).write_text(START + delegate("@", servers) + ("" if bare else "".join(f"{1 + i % PER_ZONE} PTR mail.b{i}.example.\n" for i in names)))
    if bare:
        (folder / "b0.example").write_text(START + delegate("@", servers))
        return [*zones, "b0.example"]
    for i in range(sources):
        zones.append(f"b{i}.example")
        zone, host = i // PER_ZONE, 1 + i % PER_ZONE
        (folder / f"b{i}.example").write_text(START + delegate("@", servers) + f"mail A 198.{18 + zone // 256}.{zone % 256}.{host}\n")
    return zones


@contextlib.contextmanager
def world(folder: pathlib.Path, sources, key=None, silent=False):
    """All of it, running; ends with it. With a key (TSIG, base64) nothing of the sources is there yet, and who has it may write. silent: each zone has one server more, which never answers."""
    servers = WITH_SILENT if silent else SERVERS
    with contextlib.ExitStack() as stack:
        if silent:
            stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).bind((SILENT, 53))
        for name, addresses, write in (("above", [ABOVE], write_above), ("below", [FIRST, SECOND], lambda place, count, servers: write_below(place, count, servers, bare=key is not None))):
            place = folder / name
            place.mkdir(parents=True)
            update = 'allow-update { key "namesake"; };' if key and name == "below" else ""
            zones = f'key "namesake" {{ algorithm hmac-sha256; secret "{key}"; }};\n' if key else ""
            zones += "\n".join(f'zone "{zone}" {{ type primary; file "{"root" if zone == "." else zone}"; {update} }};' for zone in write(place, sources, servers))
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
    for address in (ABOVE, FIRST, SECOND, SILENT):
        run("ip", "address", "add", f"{address}/32", "dev", "lo")
    run("mount", "-t", "overlay", "overlay", "-o", f"ro,lowerdir={PACKAGES}/usr:/usr", "/usr")

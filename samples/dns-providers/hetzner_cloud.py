#!/usr/bin/env python3
"""PTR records of Hetzner Cloud: Primary IPs (those of servers), Floating IPs, load balancers.

    dnsProviders:
      - { id: hetzner, kind: exec, zones: [113.0.203.in-addr.arpa], forwardMustResolve: false,
          command: [python3, /etc/namesake/dns-providers/hetzner_cloud.py, --token-file, /etc/namesake/hetzner.token] }

The token needs read and write. Removing brings back the default name of an IPv4 address (static.*.clients.your-server.de), which counts as absent.
"""
import argparse
import ipaddress
import json
import re
import time
import urllib.error
import urllib.request

from namesake_provider import Refused, Uncertain, Unreachable, rest, run, same

DEFAULT = re.compile(r"^static\.[0-9.]+\.clients\.your-server\.de$", re.IGNORECASE)
KINDS = ("primary_ips", "floating_ips", "load_balancers")


class HetznerCloud:
    ttl = 86400  # The API has none; compared it is never.

    def __init__(self, api, token):
        self.api, self.token = api.rstrip("/"), token

    def may(self, address):
        self.find(address)
        return "untried", "the token reads; whether it writes shows when it is used"

    def get(self, address):
        name = self.find(address)[2]
        return None if not name or DEFAULT.match(name) else name

    def set(self, address, name):
        kind, number, _ = self.find(address)
        action = self.ask("POST", f"/{kind}/{number}/actions/change_dns_ptr", {"ip": address, "dns_ptr": name})["action"]
        # The answer says that it has begun. It is done when the action is.
        while action["status"] == "running":
            try:
                rest(self, 0.5, f"it is still at it (action {action['id']})")
                action = self.ask("GET", f"/actions/{action['id']}")["action"]
            except Unreachable as trouble:
                raise Uncertain(str(trouble))
        if action["status"] != "success":
            raise Refused((action.get("error") or {}).get("message", "the action ended with an error"))
        if not same(self.get(address), name):
            raise Uncertain("it says that it is done, and shows something else")

    def find(self, address):
        """Where the address is: kind, number, and the name it has."""
        wanted = ipaddress.ip_address(address)
        for kind in KINDS:
            page = 1
            while page:
                answer = self.ask("GET", f"/{kind}?per_page=50&page={page}")
                for thing in answer[kind]:
                    for network, names in addresses_of(kind, thing):
                        if network.version == wanted.version and wanted in network:
                            return kind, thing["id"], next((name for ip, name in names if ipaddress.ip_address(ip) == wanted), None)
                page = ((answer.get("meta") or {}).get("pagination") or {}).get("next_page")
        raise Refused(f"{address} is no address of the token's project")

    def ask(self, method, path, body=None):
        while True:
            request = urllib.request.Request(self.api + path, method=method, data=None if body is None else json.dumps(body).encode(),
                                             headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
            try:
                with urllib.request.urlopen(request, timeout=max(0.1, self.deadline - time.monotonic())) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                code, text = error_of(error)
                if error.code == 429 or code in ("conflict", "locked"):
                    # Told before anything is done; its limit grows by one request a second.
                    rest(self, 1, text)
                    continue
                if error.code >= 500:
                    raise (Uncertain if method == "POST" else Unreachable)(text)
                raise Refused(text)
            except (urllib.error.URLError, OSError, ValueError) as error:
                refused = isinstance(getattr(error, "reason", None), ConnectionRefusedError)
                raise (Uncertain if method == "POST" and not refused else Unreachable)(f"{self.api}: {getattr(error, 'reason', error)}")


def addresses_of(kind, thing):
    if kind == "load_balancers":
        for family in ("ipv4", "ipv6"):
            address = thing["public_net"].get(family) or {}
            if address.get("ip"):
                yield ipaddress.ip_network(address["ip"]), [(address["ip"], address.get("dns_ptr"))]
    else:
        # An IPv6 object is a whole /64; those of its addresses that have a name are listed.
        yield ipaddress.ip_network(thing["ip"], strict=False), [(entry["ip"], entry["dns_ptr"]) for entry in thing.get("dns_ptr") or []]


def error_of(response):
    try:
        error = json.load(response)["error"]
        return error["code"], f"{error['message']} ({error['code']})"
    except (ValueError, KeyError, TypeError):
        return "", f"it answers {response.code}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--token-file", required=True)
    parser.add_argument("--api", default="https://api.hetzner.cloud/v1")
    options = parser.parse_args()
    with open(options.token_file, encoding="utf-8") as file:
        run(HetznerCloud(options.api, file.readline().strip()))

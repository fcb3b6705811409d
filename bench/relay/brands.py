"""Namesake's configuration for many brands, each with its own source on loopback."""
from .place import RELAY_PORT, SINK_PORT


def many(number):
    address = lambda index: f"127.1.{index // 250}.{index % 250 + 1}"
    brand = lambda index: f"  - {{ id: b{index}, senderDomains: [b{index}.example], sources: [s{index}] }}\n"
    source = lambda index: f"  - {{ id: s{index}, localAddress: {address(index)}, publicAddress: {address(index)}, ehlo: mail.b{index}.example }}\n"
    return {
        "brands": "brands:\n" + "".join(brand(index) for index in range(number)),
        "sources": "sources:\n" + "".join(source(index) for index in range(number)),
        "routes": f'routes: [ {{ domains: ["*"], via: "127.0.0.1:{SINK_PORT}", identity: internal, connections: 20 }} ]\n',
        "listener": f'address: "127.0.0.1:{RELAY_PORT}", relayFrom: ["127.0.0.0/8"], maximumConnectionsPerClient: 1000',
    }

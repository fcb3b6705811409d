"""Namesake as it is published, everything on its defaults but where mail comes from and goes to."""
import json
import subprocess
import urllib.request

from ..place import ARTIFACTS, RELAY_PORT, SINK_PORT, SOURCE_ADDRESS
from .relay import Relay

PROGRAM = ARTIFACTS / "namesake" / "namesake.dll"
API = "http://127.0.0.1:8025/api/v1/"


class Namesake(Relay):
    name = "namesake"
    warm_up = 20_000
    settings = ("all defaults but logging: warning", "one brand with one source; route * over 20 connections, identity internal", "submission without AUTH and TLS, from relayFrom")
    durability = "SQLite, WAL, synchronous=FULL: one fsync of the log for all messages that wait together, before their 250"

    brands = 'brands: [ { id: acme, senderDomains: [acme.example], policy: strict, sources: [acme-v4] } ]\n'
    sources = f'sources: [ {{ id: acme-v4, localAddress: {SOURCE_ADDRESS}, publicAddress: {SOURCE_ADDRESS}, ehlo: mail.acme.example }} ]\n'
    routes = f'routes: [ {{ domains: ["*"], via: "127.0.0.1:{SINK_PORT}", identity: internal, connections: 20 }} ]\n'
    resolvers = 'resolvers: ["127.0.0.1:53"]\n'
    listener = f'address: "127.0.0.1:{RELAY_PORT}", relayFrom: ["127.0.0.0/8"]'

    @staticmethod
    def version():
        return subprocess.run(["dotnet", PROGRAM, "version"], capture_output=True, text=True, check=True).stdout.strip()

    def prepare(self, brands=brands, sources=sources, routes=routes, more="", listener=listener):
        (self.folder / "namesake.yaml").write_text(
            "node: bench\ndata: ./data\ntreatAsPublic: [\"127.0.0.0/8\"]\nlogging: { level: warning }\n"
            f"listeners: [ {{ {listener} }} ]\n{self.resolvers}{brands}{sources}{routes}{more}")

    def command(self):
        return ["dotnet", PROGRAM, "run", "--config", self.folder / "namesake.yaml"]

    def deferred(self):
        status = self.ask("status")
        return status["spool"]["recipients"] if status["inMemory"] == 0 else 0

    def flush(self):
        done = self.verb("queue", "retry", "--all")
        if done.returncode:
            raise RuntimeError(f"queue retry --all: {done.stdout}{done.stderr}")

    def ask(self, path):
        """What the running relay's API answers."""
        token = next((self.folder / "data").glob("*token*")).read_text().strip()
        request = urllib.request.Request(API + path, headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def verb(self, *words):
        return subprocess.run(["dotnet", PROGRAM, *words, "--config", self.folder / "namesake.yaml"], capture_output=True, text=True, timeout=300, check=False)

"""bench/Traffic: clients of many brands and a receiver that keeps the ledger, in one process of ours. For what smtp-source and smtp-sink can't do."""
import json
import subprocess
import time

from .place import ARTIFACTS, RELAY_PORT, SINK_PORT, WORK
from .waiting import listening, wait_for


class Traffic:
    def __init__(self, capacity, deferred=0, refused=0, certificate=None, slow=0, unreported=0, at=(f"127.0.0.1:{SINK_PORT}",)):
        self.log = open(WORK / "traffic.log", "w", encoding="utf-8")
        how = ["--unreported", str(unreported)] if unreported else []
        how += ["--slow", str(slow)] if slow else []
        how += ["--certificate", *map(str, certificate)] if certificate else []
        self.process = subprocess.Popen(
            ["dotnet", ARTIFACTS / "traffic" / "traffic.dll", str(capacity), str(deferred), str(refused), *how, *at],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, bufsize=1)
        wait_for(lambda: listening(int(at[0].rsplit(":", 1)[1])), 30, "the sink to listen")

    def tell(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("traffic ended: " + (WORK / "traffic.log").read_text()[-1000:])
        return json.loads(line)

    def ask(self, **command):
        self.tell(**command)
        return self.hear()

    def arrivals(self):
        return self.ask()["arrivals"]

    def burst(self, messages, sessions=20, size=10_240, brands=1, domains=1, tls=False):
        """Submits as fast as it goes, and waits until the sink has all of it: messages per second end to end."""
        before = self.arrivals()
        result = self.ask(burst=wanted(messages=messages, sessions=sessions, bytes=size, brands=brands, domains=domains, tls=tls))
        if result["accepted"] != messages:
            raise RuntimeError(f"{result['accepted']} of {messages} accepted: {result['lastRefusal']}")
        began = time.monotonic()
        wait_for(lambda: self.arrivals() - before >= messages, 300, f"the sink to get {messages} messages")
        return messages / (result["seconds"] + time.monotonic() - began)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.log.close()


def wanted(messages=0, seconds=0, rate=0, sessions=20, bytes=10_240, brands=1, domains=1, tls=False, brand=0):
    return {"messages": messages, "seconds": seconds, "rate": rate, "sessions": sessions, "bytes": bytes, "brands": brands, "domains": domains, "tls": tls, "brand": brand, "port": RELAY_PORT}

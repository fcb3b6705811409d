"""Postfix's smtp-source and smtp-sink: the same at both ends of every relay."""
import re
import signal
import subprocess
import time

from .place import RELAY_PORT, SINK_PORT, WORK
from .waiting import listening, wait_for


class Sink:
    """Takes everything and forgets it; or refuses it for now, when `refuse` is set."""

    def __init__(self, refuse=False):
        self.path = WORK / "sink"
        self.file = open(self.path, "w", encoding="ascii")
        how = ["-r", "RCPT"] if refuse else []
        self.process = subprocess.Popen(["smtp-sink", "-c", *how, "-u", "nobody", f"127.0.0.1:{SINK_PORT}", "1000"], stdout=self.file, stderr=self.file)
        wait_for(lambda: listening(SINK_PORT), 10, "smtp-sink")

    def messages(self):
        return self.count(rb"mesg=(\d+)")

    def count(self, pattern):
        with open(self.path, "rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 200))
            counts = re.findall(pattern, file.read())
        return int(counts[-1]) if counts else 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        self.file.close()
        wait_for(lambda: not listening(SINK_PORT), 10, "smtp-sink to leave its port")


def submit(messages, sessions, size, port=RELAY_PORT):
    """Submits, one message after the other in each session, and returns the seconds until the last 250."""
    started = time.monotonic()
    done = subprocess.run(
        ["smtp-source", "-d", "-s", str(sessions), "-m", str(messages), "-l", str(size), "-f", "ann@acme.example", "-t", "bob@example.org", f"127.0.0.1:{port}"],
        timeout=900, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"smtp-source ended with {done.returncode}: {(done.stderr + done.stdout).strip()[-500:]}")
    return time.monotonic() - started


def carry(sink, messages, sessions, size, port=RELAY_PORT):
    """Submits and waits until the sink has the last one: the seconds until accepted, and until delivered."""
    before = sink.messages()
    started = time.monotonic()
    accepted = submit(messages, sessions, size, port)
    wait_for(lambda: sink.messages() - before >= messages, 600, f"the sink to get {messages} messages; it has {sink.messages() - before}")
    return accepted, time.monotonic() - started

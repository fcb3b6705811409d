"""Waiting for something with a bound, and saying what it was."""
import time


class Late(Exception):
    """What was waited for didn't come."""


def wait_for(true, seconds, what):
    """Waits until `true()` holds; the answer is what it returned."""
    end = time.monotonic() + seconds
    while True:
        answer = true()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Late(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.005)


def listening(port):
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A" for line in table.readlines()[1:])

"""A control group around one relay: the CPU time and memory of all its processes, those that have ended included."""
import os
import pathlib
import re
import signal

from .place import CGROUPS
from .waiting import wait_for


class Group:
    def __init__(self, name):
        self.folder = CGROUPS / f"namesake-bench-{os.getpid()}-{name}"
        self.folder.mkdir(exist_ok=True)

    def enter(self):
        """For a child before it becomes the relay: it and all it starts belong to the group."""
        (self.folder / "cgroup.procs").write_text("0")

    def processes(self):
        return [int(line) for line in (self.folder / "cgroup.procs").read_text().split()]

    def cpu(self):
        """User and system time in seconds, of all that ever ran in it."""
        return int(re.search(r"^usage_usec (\d+)", (self.folder / "cpu.stat").read_text(), re.M).group(1)) / 1e6

    def memory(self):
        """Proportional set size of its processes now, in MB of 10⁶ bytes: pages shared between them count once."""
        total = 0
        for process in self.processes():
            try:
                text = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended meanwhile
            found = re.search(r"^Pss:\s+(\d+)", text, re.M)
            total += int(found.group(1)) if found else 0
        return total * 1024 / 1e6

    def end(self, seconds=30):
        """Ends what is left in it, and removes it."""
        for process in self.processes():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        wait_for(lambda: "populated 0" in (self.folder / "cgroup.events").read_text(), seconds, f"the processes of {self.folder.name} to end")
        self.folder.rmdir()

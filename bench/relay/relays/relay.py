"""A relay under test: started fresh with an empty spool, ended with all its processes."""
import shutil
import subprocess
import time

from ..group import Group
from ..place import RELAY_PORT, WORK
from ..waiting import listening, wait_for


class Relay:
    name = ""
    warm_up = 1000
    """Messages before anything is measured: processes started, code compiled, caches filled."""
    settings = ()
    """What its configuration says beyond defaults, for the report."""
    durability = ""
    """How it puts an accepted message on disk, by its documentation."""

    def __init__(self, keep=False, under=(), **configuration):
        self.folder = WORK / self.name
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir()
            self.prepare(**configuration)
        self.group = Group(self.name)
        self.log = open(self.folder / "log", "a", encoding="utf-8")
        self.started = time.monotonic()
        self.process = subprocess.Popen([*under, *map(str, self.command())], stdout=self.log, stderr=self.log, preexec_fn=self.group.enter, cwd=self.folder)
        wait_for(self.ready, 120, f"{self.name} to listen; its log is {self.folder / 'log'}")

    @staticmethod
    def configure(etc):
        """Writes its files in /etc, before anything is mounted."""

    @staticmethod
    def version():
        """Its name and version as it tells them; None when it can't be had here."""

    def prepare(self):
        """Makes its folder."""

    def command(self):
        raise NotImplementedError

    def ready(self):
        if self.process.poll() is not None and not self.group.processes():
            raise RuntimeError(f"{self.name} ended: " + (self.folder / "log").read_text()[-2000:])
        return listening(RELAY_PORT)

    def deferred(self):
        """How many messages wait that were tried before, when none is being tried; else less."""
        raise NotImplementedError

    def flush(self):
        """Makes it try all deferred mail now, by its own command."""
        raise NotImplementedError

    def end(self):
        self.process.terminate()

    def stop(self):
        self.end()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            pass  # the group's end is next
        self.group.end()
        self.process.wait(10)
        self.log.close()
        wait_for(lambda: not listening(RELAY_PORT), 60, f"{self.name} to leave its port")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

"""Haraka from npm, exactly as the lock file beside it says, with its own outbound queue."""
import json
import pathlib
import shutil
import subprocess

from ..place import ARTIFACTS, RELAY_PORT
from .relay import Relay

HERE = pathlib.Path(__file__).resolve().parent / "haraka"
INSTALLED = ARTIFACTS / "haraka"
PROGRAM = INSTALLED / "node_modules" / "Haraka"

NODES, CONNECTIONS = 2, 20

CONFIGURATION = {
    "smtp.ini": f"listen=127.0.0.1:{RELAY_PORT}\nnodes={NODES}\n",
    "log.ini": "[main]\nlevel=error\n",
    "outbound.ini": f"concurrency_max={CONNECTIONS // NODES}\nenable_tls=false\nlocal_mx_ok=true\nalways_split=false\n",
    "plugins": "smarthost\n",
    "me": "mail.acme.example\n",
}


class Haraka(Relay):
    name = "haraka"
    warm_up = 4000
    settings = tuple(f"{file}: {', '.join(text.split())}" for file, text in CONFIGURATION.items() if file.endswith(".ini")) + (
        "one plugin of ours: every client may relay, every domain goes to the sink",)
    durability = "one file per message in the queue directory, fsynced before it is renamed and the 250 is given; a new connection for each delivery"

    @staticmethod
    def install():
        """Why it can't be had here; None when it is there. Runs before the network is left."""
        lock = HERE / "package-lock.json"
        installed = INSTALLED / "package-lock.json"
        if installed.exists() and installed.read_bytes() == lock.read_bytes() and (PROGRAM / "haraka.js").exists():
            return None
        shutil.rmtree(INSTALLED, ignore_errors=True)
        INSTALLED.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, INSTALLED)
        done = subprocess.run(["npm", "ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=INSTALLED, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode == 0:
            return None
        shutil.rmtree(INSTALLED, ignore_errors=True)
        return "npm could not install it: " + done.stderr.strip().splitlines()[-1]

    @staticmethod
    def version():
        if not (PROGRAM / "package.json").exists():
            return None
        about = json.loads((PROGRAM / "package.json").read_text())
        node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
        return f"Haraka {about['version']} on Node.js {node.lstrip('v')}"

    def prepare(self):
        for name in ("config", "plugins", "queue"):
            (self.folder / name).mkdir()
        for name, text in CONFIGURATION.items():
            (self.folder / "config" / name).write_text(text)
        shutil.copy(PROGRAM / "config" / "connection.ini", self.folder / "config")
        shutil.copy(HERE / "smarthost.js", self.folder / "plugins")

    def command(self):
        return ["node", PROGRAM / "bin" / "haraka", "-c", self.folder]

    def deferred(self):
        # arrival_next_attempts_…: the third part counts its tries.
        return sum(1 for file in (self.folder / "queue").iterdir() if not file.name.startswith(".") and file.name.split("_")[2] != "0")

    def flush(self):
        self.process.send_signal(1)  # SIGHUP, by its manual: the temp-fail queue is tried now

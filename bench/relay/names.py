"""A real name server: the names of the first of `brands.many` agree, so that its source is proven and the fence has something to hold against."""
import subprocess

from .place import WORK
from .waiting import wait_for

ZONE = """$TTL 3600
@ SOA ns.example. root.example. 1 3600 600 86400 3600
@ NS ns.example.
ns.example. A 127.0.0.1
mail.b0.example. A 127.1.0.1
1.0.1.127.in-addr.arpa. PTR mail.b0.example.
"""

CONFIGURATION = """controls {{ }};
options {{ directory "{folder}"; pid-file none; session-keyfile none; listen-on {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; recursion yes; dnssec-validation no; empty-zones-enable no; }};
zone "." {{ type primary; file "{folder}/root"; }};
"""


class Names:
    def __enter__(self):
        folder = WORK / "names"
        folder.mkdir(exist_ok=True)
        (folder / "root").write_text(ZONE)
        (folder / "named.conf").write_text(CONFIGURATION.format(folder=folder))
        self.log = open(folder / "log", "w", encoding="utf-8")
        self.process = subprocess.Popen(["named", "-g", "-4", "-n", "1", "-c", folder / "named.conf"], stdout=self.log, stderr=self.log)
        wait_for(lambda: "running" in (folder / "log").read_text(), 20, "named to run: " + str(folder / "log"))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()

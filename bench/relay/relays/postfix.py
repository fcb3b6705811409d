"""Debian's Postfix as a smart host's client, tuned as its TUNING_README and QSHAPE_README advise."""
import shutil
import subprocess

from ..place import PACKAGES, RELAY_PORT, SINK_PORT, SOURCE_ADDRESS, WORK
from .relay import Relay

PARAMETERS = {
    "relayhost": f"[127.0.0.1]:{SINK_PORT}", "smtp_bind_address": SOURCE_ADDRESS,
    "smtp_dns_support_level": "disabled", "smtp_host_lookup": "native", "in_flow_delay": "0", "default_process_limit": "150",
    "default_destination_concurrency_limit": "20", "initial_destination_concurrency": "20",
    "smtpd_client_connection_count_limit": "0", "smtpd_client_connection_rate_limit": "0",
}

SERVICES = f"""
127.0.0.1:{RELAY_PORT} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
smtp unix - - n - - smtp
"""


class Postfix(Relay):
    name = "postfix"
    warm_up = 1500
    settings = tuple(f"{name} = {value}" for name, value in PARAMETERS.items()) + ("no chroot, no map look-ups; syslog goes nowhere",)
    durability = "one file per message in the queue directory, fsynced by cleanup before the 250; qmgr renames it from incoming to active"

    @staticmethod
    def configure(etc):
        (etc / "postfix").mkdir()
        shutil.copy(PACKAGES / "etc/postfix/postfix-files", etc / "postfix")
        own = {
            "compatibility_level": "3.6", "queue_directory": WORK / "postfix/spool", "data_directory": WORK / "postfix/data", "myhostname": "mail.acme.example",
            "mydestination": "", "mynetworks": "127.0.0.0/8", "inet_interfaces": "127.0.0.1", "inet_protocols": "ipv4", **PARAMETERS,
        }
        (etc / "postfix/main.cf").write_text("".join(f"{name} = {value}\n" for name, value in own.items()))
        (etc / "postfix/master.cf").write_text(SERVICES)

    @staticmethod
    def version():
        return "Postfix " + subprocess.run(["postconf", "-d", "-h", "mail_version"], capture_output=True, text=True, check=True).stdout.strip()

    def prepare(self):
        (self.folder / "spool").mkdir()
        (self.folder / "data").mkdir()
        shutil.chown(self.folder / "data", "postfix")

    def command(self):
        return ["postfix", "start-fg"]

    def deferred(self):
        return sum(1 for file in (self.folder / "spool/deferred").rglob("*") if file.is_file())

    def flush(self):
        subprocess.run(["postqueue", "-f"], check=True)

    def end(self):
        # Its daemons outlive the master for a while; this stops them too.
        subprocess.run(["postfix", "stop"], stdout=self.log, stderr=self.log, check=False)

"""Debian's Exim as a smart host's client, tuned as its specification's chapter on efficiency advises."""
import re
import subprocess

from ..place import RELAY_PORT, SINK_PORT, SOURCE_ADDRESS, WORK
from .relay import Relay

RUNNERS = 20

MAIN = {
    "split_spool_directory": "true", "message_logs": "false", "queue_run_max": str(RUNNERS), "smtp_accept_max": "200", "smtp_accept_queue": "0",
    "smtp_accept_queue_per_connection": "0", "smtp_accept_max_per_connection": "1000000", "smtp_connect_backlog": "200",
    "deliver_drop_privilege": "true", "smtp_enforce_sync": "false", "rfc1413_query_timeout": "0s", "host_lookup": "", "tls_advertise_hosts": "", "log_selector": "-all", "log_file_path": "syslog",
}

TRANSPORT = {"hosts_avoid_tls": "*", "hosts_try_dane": "", "connection_max_messages": "500", "interface": SOURCE_ADDRESS, "allow_localhost": "true"}


class Exim(Relay):
    name = "exim"
    warm_up = 500
    settings = tuple(f"{name} = {value}" for name, value in MAIN.items()) + tuple(f"transport: {name} = {value}" for name, value in TRANSPORT.items()) + ("syslog goes nowhere",)
    durability = "two files per message in the spool, content and envelope, each fsynced before the 250; a delivery process for each message"

    @staticmethod
    def configure(etc):
        lines = lambda options: "\n".join(f"{name} = {value}" for name, value in options.items())
        transport = {key: value for key, value in TRANSPORT.items() if key != "allow_localhost"}
        (etc / "exim4").mkdir()
        (etc / "exim4/exim4.conf").write_text(f"""
primary_hostname = mail.acme.example
spool_directory = {WORK}/exim/spool
pid_file_path = {WORK}/exim/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {RELAY_PORT}
acl_smtp_rcpt = accept
acl_smtp_data = accept
never_users = root
{lines(MAIN)}

begin routers
smarthost:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = smarthost

begin transports
smarthost:
  driver = smtp
  port = {SINK_PORT}
{lines(TRANSPORT)}

begin retry
* * F,1h,5m
""")

    @staticmethod
    def version():
        text = subprocess.run(["exim4", "-bV"], capture_output=True, text=True, check=True).stdout
        return "Exim " + re.search(r"version (\S+)", text).group(1)

    def prepare(self):
        (self.folder / "spool").mkdir()
        subprocess.run(["chown", "Debian-exim:", self.folder, self.folder / "spool"], check=True)

    def command(self):
        return ["exim4", "-bdf", "-q30m"]

    def deferred(self):
        # The daemon alone is left when every delivery has ended.
        return sum(1 for _ in (self.folder / "spool/input").rglob("*-H")) if len(self.group.processes()) == 1 else 0

    def flush(self):
        # One queue runner delivers one message at a time; as many as there are connections, each in its own random order.
        self.runners = [subprocess.Popen(["exim4", "-qff"], stdout=self.log, stderr=self.log, preexec_fn=self.group.enter) for _ in range(RUNNERS)]

"""Where the benchmark happens: namespaces of its own, with loopback only and its own /etc; processes end with it."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
ARTIFACTS = ROOT / "artifacts"
PACKAGES = ARTIFACTS / "test-packages"
RESULTS = ARTIFACTS / "bench" / "results.json"

# The same folder as artifacts/bench/work, seen from inside: every user of every relay can reach it, wherever the clone lies.
WORK = pathlib.Path("/mnt")
CGROUPS = WORK / "cgroup"

LOCK = None
RELAY_PORT, SINK_PORT = 2525, 2526
SOURCE_ADDRESS = "127.0.1.5"

USERS = ("postfix:x:901:901::/:/bin/false\nDebian-exim:x:911:911::/:/bin/false\n", "postfix:x:901:\npostdrop:x:902:\nDebian-exim:x:911:\n")


def enter(program, install=lambda: None):
    """Installs and builds what is measured, then starts this program again inside; returns only there."""
    if os.environ.get("NAMESAKE_BENCH_INSIDE"):
        return
    if os.geteuid():
        sys.exit("bench: needs root, for namespaces and the mail servers' users")
    run(ROOT / "build" / "install-test-packages")
    publish("src/Namesake/Namesake.csproj", "namesake")
    publish("bench/Traffic/Traffic.csproj", "traffic")
    publish("bench/Spool/Spool.csproj", "spool")
    install()
    os.environ["NAMESAKE_BENCH_INSIDE"] = "1"
    os.environ["LC_ALL"] = "C.UTF-8"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child", sys.executable, str(program), *sys.argv[1:]])


def publish(project, name):
    run("dotnet", "publish", ROOT / project, "-c", "Release", "-o", ARTIFACTS / name, "-v", "q", "--nologo")


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def prepare(configure):
    """Mounts everything; `configure` writes the relays' files in /etc, which can't be changed afterwards."""
    global lock
    (ARTIFACTS / "bench").mkdir(parents=True, exist_ok=True)
    global LOCK  # for as long as this program lives
    LOCK = open(ARTIFACTS / "bench" / "lock", "w", encoding="ascii")
    try:
        fcntl.flock(LOCK, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("bench: another run of this clone is under way")
    run("ip", "link", "set", "lo", "up")
    work = ARTIFACTS / "bench" / "work"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    work.chmod(0o755)
    run("mount", "--bind", work, WORK)
    CGROUPS.mkdir()
    # A hierarchy of the second version has cpu.stat everywhere, whatever the machine itself uses.
    run("mount", "-t", "cgroup2", "none", CGROUPS)
    etc = WORK / "etc"
    etc.mkdir()
    for name, lines in zip(("passwd", "group"), USERS):
        (etc / name).write_text(pathlib.Path("/etc", name).read_text() + lines)
    configure(etc)
    run("mount", "-t", "overlay", "overlay", "-o", f"ro,lowerdir={PACKAGES}/usr:/usr", "/usr")
    run("mount", "-t", "overlay", "overlay", "-o", f"ro,lowerdir={etc}:/etc", "/etc")
    if pathlib.Path("/dev/log").exists():
        # Nobody's log daemon takes part: what the peers tell syslog ends here, for all of them alike.
        run("mount", "--bind", "/dev/null", "/dev/log")

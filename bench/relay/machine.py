"""What the numbers were measured on."""
import pathlib
import platform
import re
import subprocess
import time

from .place import WORK


def facts():
    processors = pathlib.Path("/proc/cpuinfo").read_text()
    file_system = subprocess.run(["findmnt", "-n", "-o", "FSTYPE", "--target", WORK], capture_output=True, text=True, check=True).stdout.strip()
    commit = subprocess.run(["git", "-C", pathlib.Path(__file__).parent, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    return {
        "when": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), "commit": commit, "kernel": platform.release(),
        "processor": re.search(r"model name\s*: (.+)", processors).group(1) if "model name" in processors else platform.machine(), "cores": processors.count("processor\t"),
        "memoryGb": round(int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) * 1024 / 1e9),
        "fileSystem": file_system, "system": re.search(r'PRETTY_NAME="(.+)"', pathlib.Path("/etc/os-release").read_text()).group(1),
        "loadBefore": pathlib.Path("/proc/loadavg").read_text().split()[0],
    }

"""docs/benchmarks.md: each benchmark writes its own part, between two marks."""
from .place import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
IMAGES = ROOT / "docs" / "images"


def write(name, command, text):
    begin, end = f"<!-- {name}: written by {command} --write, not by hand -->", f"<!-- end of {name} -->"
    before, rest = PAGE.read_text().split(begin)
    PAGE.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{rest.split(end, 1)[1]}")


def taken(machine, more=""):
    """When and on what, for the top of a part."""
    return f"Measured {machine['when']} at commit {machine['commit']}, {machine['cores']} cores, load before the start {machine['loadBefore']}.{more and ' ' + more}\n\n"

"""Relays in turns, A B A B: what goes faster or slower on this machine meanwhile goes so for all of them."""
from .place import WORK


def turns(kinds, number, measure, tell, **facts):
    """One row a turn; a relay that fails is told and left out of the turns that follow, with its reason in the results."""
    rows, failed = [], set()
    for turn in range(number):
        for kind in kinds:
            if kind.name in failed:
                continue
            try:
                row = measure(kind)
            except Exception as trouble:
                failed.add(kind.name)
                row = {"relay": kind.name, "failed": f"{type(trouble).__name__}: {trouble}; its log: {tail(kind)}"}
            rows.append(facts | row | {"round": turn + 1})
            tell(rows[-1])
    return rows


def tail(kind):
    log = WORK / kind.name / "log"
    return log.read_text(errors="replace")[-600:] if log.exists() else "none"

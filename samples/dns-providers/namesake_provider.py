"""What DNS providers of kind `exec` have in common where addresses have one PTR record each, as clouds have it.

The contract is docs/dns-providers.md: one JSON request on standard input, one JSON answer on standard output, exit code 0.
"""
import json
import sys
import time


class Refused(Exception):
    """The other side doesn't let us, or there is no such thing there. Nothing was written."""


class Unreachable(Exception):
    """Nothing was written: it could not be asked, or asks us to come later."""


class Uncertain(Exception):
    """It was sent, and nobody knows what came of it."""


def same(one, other):
    """Names are the same whatever their case and the dot at the end."""
    return (one or "").rstrip(".").lower() == (other or "").rstrip(".").lower()


def run(pointers, seconds=25):
    """pointers: may(address) -> (access, text); get(address) -> name or None; set(address, name or None).

    The deadline is a little before that of the configuration (timeout: 30 s), so that it is us who say how it ended.
    """
    request = json.load(sys.stdin)
    pointers.deadline = time.monotonic() + seconds
    answer = {"prove": prove, "read": read, "write": write}[request["operation"]](pointers, request)
    json.dump(answer, sys.stdout)
    sys.stdout.write("\n")


def address_of(spot):
    if spot["type"] != "PTR":
        raise Refused(f"there are no {spot['type']} records here, only PTR")
    if not spot["address"]:
        raise Refused(f"{spot['name']} is no address's own reverse name")
    return spot["address"]


def prove(pointers, request):
    try:
        access, text = pointers.may(address_of(request))
        return {"access": access, "text": text}
    except Refused as refused:
        return {"access": "none", "text": str(refused)}
    except (Unreachable, Uncertain) as trouble:
        return {"access": "unreachable", "text": str(trouble)}


def read(pointers, request):
    try:
        return {"records": records_of(pointers, pointers.get(address_of(request)))}
    except (Refused, Unreachable, Uncertain) as trouble:
        return {"trouble": str(trouble)}


def records_of(pointers, name):
    return None if name is None else {"ttl": pointers.ttl, "values": [name.rstrip(".") + "."]}


def write(pointers, request):
    try:
        changes = [(address_of(change), value_of(change["old"]), value_of(change["new"])) for change in request["changes"]]
        held = [pointers.get(address) for address, _, _ in changes]
        if all(same(there, new) for there, (_, _, new) in zip(held, changes)):
            # An answer was lost, perhaps; or somebody else has written it. Whose it is, is known to who asks.
            return {"result": "already", "text": "it was so already"}
        for there, (address, old, _) in zip(held, changes):
            if not same(there, old):
                return {"result": "conflict", "text": f"the PTR record of {address} is {there or 'not there'}, and was to be {old or 'not there'}"}
        for address, _, new in changes:
            pointers.set(address, new)
        return {"result": "done", "text": ""}
    except Refused as refused:
        return {"result": "refused", "text": str(refused)}
    except Unreachable as trouble:
        return {"result": "unreachable", "text": str(trouble)}
    except Uncertain as trouble:
        return {"result": "uncertain", "text": str(trouble)}


def value_of(records):
    if records is None:
        return None
    if len(records["values"]) != 1:
        raise Refused("an address has one PTR record here")
    return records["values"][0].rstrip(".")


def rest(pointers, seconds, why):
    """Waits before another try, while there is time."""
    if time.monotonic() + seconds > pointers.deadline:
        raise Unreachable(why)
    time.sleep(seconds)

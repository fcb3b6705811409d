"""A DNS provider of kind exec that keeps each zone in a JSON file: file_zones.py FOLDER [SECRET]. What it wants to be told is in FOLDER/secret."""
import fcntl, json, os, sys

folder = sys.argv[1]
request = json.load(sys.stdin)


def answer(**members):
    json.dump(members, sys.stdout)
    sys.exit(0)


if not os.path.isdir(folder):
    answer(**{"prove": {"access": "unreachable", "text": "no such folder"}, "read": {"trouble": "no such folder"},
              "write": {"result": "unreachable", "text": "no such folder"}}[request["operation"]])
path = os.path.join(folder, request["zone"].replace("/", "=") + ".json")
refusal = None
if open(os.path.join(folder, "secret")).read() != sys.argv[2]:
    refusal = "the secret is another"
elif not os.path.exists(path):
    refusal = "there is no zone " + request["zone"]
if refusal:
    answer(**{"prove": {"access": "none", "text": refusal}, "read": {"trouble": refusal}, "write": {"result": "refused", "text": refusal}}[request["operation"]])
if request["operation"] == "prove":
    answer(access="proven")


def same(one, other):
    return (one is None) == (other is None) and (one is None or sorted(v.lower() for v in one["values"]) == sorted(v.lower() for v in other["values"]))


with open(path, "r+") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    zone = json.load(file)

    def alias(spot):
        return zone.get(spot["name"] + " CNAME")

    if request["operation"] == "read":
        if alias(request):
            answer(trouble=request["name"] + " is an alias of " + alias(request)["values"][0])
        answer(records=zone.get(request["name"] + " " + request["type"]))
    done = True
    for change in request["changes"]:
        held = zone.get(change["name"] + " " + change["type"])
        if alias(change):
            answer(result="conflict", text=change["name"] + " is an alias")
        done &= held == change["new"]
    if done:
        answer(result="already", text="it was so already")
    for change in request["changes"]:
        held = zone.get(change["name"] + " " + change["type"])
        if not same(held, change["old"]):
            answer(result="conflict", text=f"{change['name']} is {held['values'] if held else 'not there'}")
    for change in request["changes"]:
        if change["new"]:
            zone[change["name"] + " " + change["type"]] = change["new"]
        else:
            del zone[change["name"] + " " + change["type"]]
    file.seek(0)
    json.dump(zone, file)
    file.truncate()
answer(result="done")

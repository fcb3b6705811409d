#!/usr/bin/env python3
"""PTR records of Elastic IP addresses at AWS EC2 (ModifyAddressAttribute).

    dnsProviders:
      - { id: aws, kind: exec, zones: [113.0.203.in-addr.arpa], forwardMustResolve: true,
          command: [python3, /etc/namesake/dns-providers/aws_ec2.py, --region, eu-central-1, --credentials, /etc/namesake/aws.ini] }

The credentials are a file as ~/.aws/credentials. Rights needed: ec2:DescribeAddresses, DescribeAddressesAttribute, ModifyAddressAttribute,
ResetAddressAttribute. The name's A record must lead to the address first. Amazon's own name (ec2-*.amazonaws.com) counts as absent.
"""
import argparse
import configparser
import datetime
import hashlib
import hmac
import ipaddress
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

from namesake_provider import Refused, Uncertain, Unreachable, rest, run, same

DEFAULT = re.compile(r"^ec2-[0-9-]+\..*amazonaws\.com(\.cn)?$", re.IGNORECASE)


class Ec2:
    ttl = 300  # The API has none; compared it is never.

    def __init__(self, api, region, credentials):
        self.api, self.region, self.credentials = api, region, credentials

    def may(self, address):
        try:
            self.ask("ModifyAddressAttribute", AllocationId=self.find(address), DomainName="nothing.example", DryRun="true")
        except DryRunOperation:
            return "proven", ""
        return "untried", "a try without effect was answered as no other"

    def get(self, address):
        return self.attribute(self.find(address))[0]

    def set(self, address, name):
        allocation = self.find(address)
        if name is None:
            self.ask("ResetAddressAttribute", AllocationId=allocation, Attribute="domain-name")
        else:
            self.ask("ModifyAddressAttribute", AllocationId=allocation, DomainName=name)
        # The answer says that it has begun (PtrRecordUpdate); it is done when the record says so.
        while True:
            try:
                held, status, reason = self.attribute(allocation)
                if status == "FAILED":
                    raise Refused(reason or "the update of the PTR record failed")
                if same(held, name):
                    return
                rest(self, 1, f"the update of the PTR record is {status or 'not to be seen'}")
            except Unreachable as trouble:
                raise Uncertain(str(trouble))

    def attribute(self, allocation):
        item = self.ask("DescribeAddressesAttribute", **{"AllocationId.1": allocation, "Attribute": "domain-name"}).find("addressSet/item")
        if item is None:
            raise Refused(f"{allocation} is not told of")
        name = (item.findtext("ptrRecord") or "").rstrip(".")
        return None if not name or DEFAULT.match(name) else name, item.findtext("ptrRecordUpdate/status") or "", item.findtext("ptrRecordUpdate/reason") or ""

    def find(self, address):
        if ipaddress.ip_address(address).version != 4:
            raise Refused("Elastic IP addresses are IPv4")
        answer = self.ask("DescribeAddresses", **{"Filter.1.Name": "public-ip", "Filter.1.Value.1": address})
        allocation = answer.findtext("addressesSet/item/allocationId")
        if not allocation:
            raise Refused(f"{address} is no Elastic IP address of this account in {self.region}")
        return allocation

    def ask(self, action, **parameters):
        writes = not action.startswith("Describe")
        pause = 0.5
        while True:
            try:
                with urllib.request.urlopen(self.signed({"Action": action, "Version": "2016-11-15", **parameters}), timeout=max(0.1, self.deadline - time.monotonic())) as response:
                    return bare(ElementTree.parse(response).getroot())
            except urllib.error.HTTPError as error:
                code, text = error_of(error)
                if code == "DryRunOperation":
                    raise DryRunOperation()
                if code in ("RequestLimitExceeded", "Throttling"):
                    rest(self, pause, text)
                    pause *= 2
                    continue
                if error.code >= 500:
                    raise (Uncertain if writes else Unreachable)(text)
                raise Refused(text)
            except (urllib.error.URLError, OSError, ElementTree.ParseError) as error:
                refused = isinstance(getattr(error, "reason", None), ConnectionRefusedError)
                raise (Uncertain if writes and not refused else Unreachable)(f"{self.api}: {getattr(error, 'reason', error)}")

    def signed(self, parameters):
        """AWS Signature Version 4 of a POST with a form."""
        now = datetime.datetime.now(datetime.timezone.utc)
        moment, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        body = urllib.parse.urlencode(sorted(parameters.items()), quote_via=urllib.parse.quote).encode()
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8", "host": urllib.parse.urlsplit(self.api).netloc, "x-amz-date": moment}
        if "aws_session_token" in self.credentials:
            headers["x-amz-security-token"] = self.credentials["aws_session_token"]
        names = ";".join(sorted(headers))
        canonical = "\n".join(["POST", "/", "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, hashlib.sha256(body).hexdigest()])
        scope = f"{day}/{self.region}/ec2/aws4_request"
        key = ("AWS4" + self.credentials["aws_secret_access_key"]).encode()
        for part in (day, self.region, "ec2", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        signature = hmac.new(key, "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()]).encode(), hashlib.sha256).hexdigest()
        headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={self.credentials['aws_access_key_id']}/{scope}, SignedHeaders={names}, Signature={signature}"
        return urllib.request.Request(self.api.rstrip("/") + "/", method="POST", data=body, headers=headers)


class DryRunOperation(Exception):
    """The try without effect would have been allowed."""


def bare(root):
    """Without the namespace, which changes with the version of the API."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def error_of(response):
    try:
        error = bare(ElementTree.parse(response).getroot()).find(".//Error")
        return error.findtext("Code"), f"{error.findtext('Message')} ({error.findtext('Code')})"
    except (ElementTree.ParseError, AttributeError):
        return "", f"it answers {response.code}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--region", required=True)
    parser.add_argument("--credentials", required=True)
    parser.add_argument("--profile", default="default")
    parser.add_argument("--api")
    options = parser.parse_args()
    credentials = configparser.ConfigParser(interpolation=None)
    with open(options.credentials, encoding="utf-8") as file:
        credentials.read_file(file)
    run(Ec2(options.api or f"https://ec2.{options.region}.amazonaws.com", options.region, credentials[options.profile]))

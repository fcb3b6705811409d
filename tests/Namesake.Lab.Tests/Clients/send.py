"""Sends messages with Python's own smtplib: one JSON object on standard input says how, one line on standard output says how it ended.

server, port, ehlo, sender, recipients, subject; count (1) messages over one connection, numbered in Message-ID as <subject-N@client.example>;
bind (the kernel's choice); starttls (false), user and password (no AUTH); body (a line of text).
"""
import json
import smtplib
import ssl
import sys
from email.message import EmailMessage

how = json.load(sys.stdin)
bind = (how["bind"], 0) if how.get("bind") else None
with smtplib.SMTP(how["server"], how["port"], local_hostname=how["ehlo"], timeout=60, source_address=bind) as smtp:
    smtp.ehlo()
    if how.get("starttls"):
        # The lab's certificates are its own; what is tested is that the client and the server get through the handshake.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        smtp.starttls(context=context)
    if how.get("user"):
        smtp.login(how["user"], how["password"])
    for number in range(how.get("count", 1)):
        message = EmailMessage()
        message["From"] = how["sender"]
        message["To"] = ", ".join(how["recipients"])
        message["Subject"] = how["subject"]
        message["Message-ID"] = f"<{how['subject']}-{number}@client.example>"
        message.set_content(how.get("body", "A message from smtplib.\n"))
        smtp.send_message(message, how["sender"], how["recipients"])
print(f"sent {how.get('count', 1)}")

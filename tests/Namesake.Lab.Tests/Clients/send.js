// Sends a message with Nodemailer: one JSON object on standard input says how (as send.py; modules says where Nodemailer is),
// the server's last reply goes to standard output.
'use strict';
const how = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const nodemailer = require(`${how.modules}/node_modules/nodemailer`);
const transport = nodemailer.createTransport({
  host: how.server,
  port: how.port,
  name: how.ehlo,
  secure: false,
  ignoreTLS: !how.starttls,
  requireTLS: Boolean(how.starttls),
  localAddress: how.bind || undefined,
  auth: how.user ? { user: how.user, pass: how.password } : undefined,
  tls: { rejectUnauthorized: false },
  connectionTimeout: 20000,
});
transport.sendMail({
  from: how.sender,
  to: how.recipients,
  subject: how.subject,
  messageId: `<${how.subject}-0@client.example>`,
  text: how.body || 'A message from Nodemailer.\n',
}).then(
  (sent) => { console.log(sent.response); },
  (error) => { console.error(error.response || error.message); process.exitCode = 1; },
);

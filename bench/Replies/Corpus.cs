using System.Collections.Immutable;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Bench.Replies;

/// <summary>Refusals as receivers might word them, written for this measurement: about what a relay hears in a day, by kind.</summary>
internal static class Corpus
{
    public static ImmutableArray<(string Name, ImmutableArray<string> Lines)> Kinds { get; } =
    [
        ("mailbox",
        [
            "550 5.1.1 <nobody@sink.example>: there is no such user at this place", "550 5.1.1 The address you wrote to does not exist here, please check it for typing errors // 550 5.1.1 and see https://help.sink.example/unknown for more",
            "552 5.2.2 the mailbox of this user is full, ask him to delete something", "550 5.2.1 account disabled by its owner", "550 5.7.1 relay access denied for <x@sink.example>",
        ]),
        ("content and authentication",
        [
            "554 5.7.1 your message was rejected because its content looks like spam (score 12.1)", "550 5.7.26 this message passes neither SPF nor DKIM, and the policy of acme.example // 550 5.7.26 asks us to reject it, https://help.sink.example/authentication?id=4711",
            "552 5.3.4 message size exceeds the fixed limit of 26214400 octets", "550 5.7.0 an attachment of this type is not accepted",
        ]),
        ("later",
        [
            "450 4.2.0 <ann@sink.example>: recipient address rejected: greylisted, come back in 300 seconds", "421 4.7.0 mx3.sink.example too many connections from 192.0.2.14, slow down", "451 4.3.0 temporary lookup failure, try again later",
            "421 4.7.0 [ZZ09] Messages from 192.0.2.14 temporarily deferred due to complaints; see https://postmaster.sink.example/codes?ip=192.0.2.14",
        ]),
        ("reputation",
        [
            "554 5.7.1 service unavailable; client host [192.0.2.14] blocked using zen.list.example; https://www.list.example/query/ip/192.0.2.14", "550 5.7.1 192.0.2.14 has a poor reputation, contact postmaster@sink.example",
        ]),
        ("identity",
        [
            "550-5.7.25 [192.0.2.14] the address that sends this message has no PTR record, or the forward // 550-5.7.25 entry of its name does not lead back to it. As a policy we do not accept messages // 550 5.7.25 from such addresses. https://help.sink.example/ptr?p=1&ip=192.0.2.14",
            "450 4.7.1 <mail.acme.example>: helo command rejected: host not found", "550 the HELO name mail.acme.example does not match your address 192.0.2.14", "554-sink.example service not available // 554-bad reverse DNS // 554 see https://postmaster.sink.example/error?ip=192.0.2.14&c=rdns",
        ]),
        ("other languages", ["550 5.1.1 Empfänger unbekannt", "554 5.7.1 Für 192.0.2.14 gibt es keinen PTR-Eintrag", "550 5.7.1 Отсутствует обратная запись для адреса", "452 4.2.2 la casella del destinatario è piena"]),
    ];

    /// <summary>The longest a reader of replies lets in, made to be slow.</summary>
    public static ImmutableArray<(string Name, SmtpReply Reply)> Hostile { get; } =
    [
        ("hostile: words of rules", Long("no reverse mismatch helo dynamic or not ptr too many rejected from ")),
        ("hostile: dots", Long("a.b.c.d.")), ("hostile: links", Long("http://a/?ip=192.0.2.1&")), ("hostile: addresses", Long("[192.0.2.1]")), ("hostile: phrases begun", Long("not not have not look up ")),
    ];

    public static ImmutableArray<SmtpReply> Read(IEnumerable<string> lines) => [.. lines.Select(line => ReplyText.Read(line.Replace(" // ", "\n", StringComparison.Ordinal))).OfType<SmtpReply>()];

    private static SmtpReply Long(string part) => new(550, null, [string.Concat(Enumerable.Repeat(part, ReplyReader.MaxOctets / part.Length))]);
}

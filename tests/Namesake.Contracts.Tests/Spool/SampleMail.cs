using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Protocol.Addresses;

namespace Namesake.Contracts.Tests.Spool;

/// <summary>Messages and events as the relay would make them. The spool's benchmark measures with the same.</summary>
public static class SampleMail
{
    private static readonly Mailbox Sender = Mailbox.Parse("ann@acme.example");

    /// <summary>A message with all its recipients in one queue.</summary>
    public static NewMessage New(MessageId id, QueueKey key, bool claimed, DateTimeOffset due, DateTimeOffset expires, ReadOnlyMemory<byte> content, int recipients = 1) => new(
        id,
        new Envelope(key.Brand, Sender, [.. Enumerable.Range(0, recipients).Select(i => new EnvelopeRecipient(Mailbox.Parse($"r{i}@{key.Domain}")))]),
        [new NewConsignment(key, [.. Enumerable.Range(0, recipients)], claimed, due)],
        expires,
        "10.0.0.9",
        content,
        null);

    public static AttemptEvent Event(Consignment consignment, DateTimeOffset time, string outcome = "delivered") => new()
    {
        Time = time,
        Attempt = consignment.Message + "-1",
        Message = consignment.Message.ToString(),
        Node = "relay1",
        Brand = consignment.Key.Brand.Value,
        SenderDomain = "acme.example",
        RecipientDomain = consignment.Key.Domain.Value,
        Source = consignment.Key.Source.Value,
        Family = "IPv4",
        Local = "10.0.0.5:41234",
        ExpectedPublic = "203.0.113.5",
        ObservedPublic = "203.0.113.5",
        Evidence = "echo",
        Ehlo = "mail.acme.example",
        Verdict = "aligned",
        Policy = "strict",
        Route = "mx",
        Site = consignment.Key.Domain.Value,
        MX = "mx1." + consignment.Key.Domain.Value,
        Remote = "198.51.100.7:25",
        Tls = "1.3",
        Cipher = "TLS_AES_256_GCM_SHA384",
        Phase = "FinalDot",
        Code = 250,
        Enhanced = "2.0.0",
        Reply = "250 2.0.0 queued as 4F2A31C7",
        Outcome = outcome,
        Explanation = "Grüße aus dem Test – \"quoted\"",
        Recipients = consignment.Recipients.Length,
        Delivered = consignment.Recipients.Length,
        Bytes = consignment.Size,
        TransactionMilliseconds = 12.5,
    };
}

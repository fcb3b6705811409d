using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Reporting;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Protocol.Smtp.Replies;

namespace Namesake.Core.Tests.Pipeline.Reporting;

/// <summary>The real reporter over a spool of paper: what it would store is read back, with another's MIME reader where it is a report.</summary>
internal sealed class ReportScene : IPlacement
{
    public static readonly BrandId Acme = new("acme");
    public static readonly SourceId AcmeSource = new("acme-v4"), BravoSource = new("bravo-v4");

    private readonly List<Settlement> _settled = [];

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 8, 3, 9, 0, 0, TimeSpan.Zero));

    public RelayModel Model { get; set; } = new()
    {
        Node = "node1",
        Brands = new BrandDirectory(
        [
            new Brand { Id = Acme, SenderDomains = [DomainName.Parse("acme.test")], Sources = [AcmeSource], ReturnPathDomain = DomainName.Parse("bounces.acme.test"), SrsSecret = "a secret of some length", ForeignSenders = ForeignSenders.Srs },
            new Brand { Id = new BrandId("bravo"), SenderDomains = [DomainName.Parse("bravo.test")], Sources = [BravoSource] },
        ]),
        Sources = new SourceDirectory([Source(AcmeSource, "192.0.2.5", "mail.acme.test"), Source(BravoSource, "192.0.2.6", "mail.bravo.test")]),
    };

    public string Original { get; set; } = "Received: from app\r\nFrom: ann@acme.test\r\nSubject: The original\r\n\r\nIts body.\r\n";

    public Reporter Reporter => field ??= new Reporter(new PaperSpool(_settled), () => Model, this, Time, NullLogger.Instance);

    /// <summary>What the newest settlement holds.</summary>
    public Settlement Settled => _settled[^1];

    public Consignment Consignment(string? sender = "ann@acme.test", params QueuedRecipient[] recipients) => new(
        MessageId.At(Time.GetUtcNow()), new QueueId(1), new QueueKey(Acme, AcmeSource, DomainName.Parse("sink.test")), sender is null ? null : Mailbox.Parse(sender),
        EightBit: false, SmtpUtf8: false, Return: null, EnvelopeId: null, System.Text.Encoding.UTF8.GetByteCount(Original), IsDsn: false, "10.0.0.9",
        recipients.Length > 0 ? [.. recipients] : [Recipient("bob@sink.test")], Time.GetUtcNow() + TimeSpan.FromMinutes(10), Time.GetUtcNow() + TimeSpan.FromDays(5),
        System.Text.Encoding.UTF8.GetBytes(Original));

    public static QueuedRecipient Recipient(string address, DsnNotify? notify = null, OriginalRecipient? original = null, int ordinal = 0) =>
        new(ordinal, Mailbox.Parse(address), notify, original, Attempts: 1, LastReply: null, DelayTold: false);

    public static Refused NoSuchUser(string text = "no such user") =>
        new(SessionPhase.Rcpt, FailureScope.Recipient, SmtpReply.Of(550, "5.1.1", text), $"550 5.1.1 {text}");

    public static Deferred Busy => new(SessionPhase.Rcpt, FailureScope.Recipient, SmtpReply.Of(451, "4.3.0", "busy"), "451 4.3.0 busy");

    /// <summary>Every recipient ended this way.</summary>
    public async Task<Settlement> EndAsync(Consignment consignment, Outcome outcome, AttemptEvent? attempt = null)
    {
        await Reporter.AttemptEndedAsync(consignment, [.. consignment.Recipients.Select(_ => outcome)], attempt, false, null, TestContext.Current.CancellationToken);
        return Settled;
    }

    /// <summary>The one report of an ending, as a sender's program reads it.</summary>
    public async Task<Report> ReportAsync(Consignment consignment, Outcome? outcome = null, AttemptEvent? attempt = null) =>
        Report.Read(Assert.Single((await EndAsync(consignment, outcome ?? NoSuchUser(), attempt)).Spawned));

    public Placement Place(Brand brand, MessageId message, DomainName domain, string? via) => new(new QueueKey(brand.Id, brand.Sources[0], domain, via), false, Time.GetUtcNow());

    private static Source Source(SourceId id, string address, string ehlo) =>
        new() { Id = id, LocalAddress = IPAddress.Parse(address), PublicAddress = IPAddress.Parse(address), Ehlo = HostName.Parse(ehlo) };
}

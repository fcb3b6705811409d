using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Namesake.Configuration;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Suppression;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;
using Namesake.Storage;

namespace Namesake.Transcripts.Tests.Submission;

/// <summary>The real submission server over a real spool in a directory of its own; only the clock is ours.</summary>
internal sealed class RelayUnderTest : IAsyncDisposable, IPlacement
{
    private static readonly CertificateModel Certificate = SelfSigned("relay.test");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("namesake-transcript-");
    private readonly SocketPipes _pipes = new(new SocketSettings(), TimeProvider.System);
    private SqliteSpool _spool = null!;
    private SubmissionServer _server = null!;
    private Submitters _submitters = null!;
    private Suppressions _suppressions = null!;
    private ImmutableArray<StoredMessage> _peeked;
    private Task _stopping = Task.CompletedTask;
    private TimeSpan _drain = TimeSpan.FromMinutes(1);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 8, 3, 9, 0, 0, TimeSpan.Zero));

    public IPEndPoint Address => _server.Addresses[0];

    public SqliteSpool Spool => _spool;

    /// <param name="settings">Words like "tls", "users", "size=2000", "recipients=2", "listener=acme", "clients=acme", "from=none", "null=acme", "srs", "disk=full", "disk=fills", "short", "drain=0", "suppressed=bob@sink.test", "barred=bob@sink.test".</param>
    public static async Task<RelayUnderTest> StartAsync(string settings)
    {
        var relay = new RelayUnderTest();
        var model = relay.Read();
        var limits = new SubmissionLimits();
        var free = 0L;
        string? shortage = null;
        var unwarned = false;
        var suppressed = new List<SuppressionEntry>();
        foreach (var setting in settings.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var value = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];
            var listener = model.Listeners[0];
            switch (setting.Split('=')[0])
            {
                case "tls": model = model with { Certificates = [Certificate] }; break;
                case "suppressed":
                    suppressed.Add(Suppressed(Mailbox.Parse(value), relay.Time.GetUtcNow()));
                    model = model with { Brands = new BrandDirectory(model.Brands.All.Select(brand => brand with { Suppression = new SuppressionRules { Mode = SuppressionMode.On } })) };
                    break;
                case "barred": suppressed.Add(Suppressed(Mailbox.Parse(value), relay.Time.GetUtcNow()) with { Origin = SuppressionOrigin.Hand, By = "anna", Reason = "asked us by telephone", Until = null }); break;
                case "users": model = model with { Users = [new UserModel("ann", new BrandId("acme"), PasswordHash.Of("secret", PasswordHash.FewestIterations))] }; break;
                case "size": model = model with { MaximumMessageBytes = long.Parse(value, CultureInfo.InvariantCulture) }; break;
                case "recipients": model = model with { Listeners = [listener with { MaximumRecipients = int.Parse(value, CultureInfo.InvariantCulture) }] }; break;
                case "connections": model = model with { Listeners = [listener with { MaximumConnections = int.Parse(value, CultureInfo.InvariantCulture) }] }; break;
                case "listener": model = model with { Listeners = [listener with { Brand = new BrandId(value) }] }; break;
                case "srs": model = model with { Brands = new BrandDirectory(model.Brands.All.Select(brand => brand.Id.Value == "acme" ? Forwarding(brand) : brand)) }; break;
                case "null": model = model with { Listeners = [listener with { NullSenderBrand = new BrandId(value) }] }; break;
                case "from": model = model with { Listeners = [listener with { RelayFrom = [] }] }; break;
                case "clients": model = model with { Clients = [new ClientModel(IPRange.Parse("127.0.0.0/8"), new BrandId(value))] }; break;
                case "memory": limits = limits with { ContentBytesInMemory = long.Parse(value, CultureInfo.InvariantCulture) }; break;
                case "drain": relay._drain = TimeSpan.FromMinutes(int.Parse(value, CultureInfo.InvariantCulture)); break;
                case "short": shortage = "1,000 of 1,024 descriptors are in use"; break;
                case "disk": (free, unwarned) = (long.MaxValue / 2, value == "fills"); break;
                default: throw new FormatException($"unknown setting {setting}");
            }
        }

        relay._spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = Path.Combine(relay._directory.FullName, "spool"), MinimumFreeBytes = free }, relay.Time);
        relay._suppressions = new Suppressions(() => model.Brands, relay._spool, relay.Time, NullLogger.Instance);
        await relay._suppressions.ImportAsync([.. suppressed], "ops");
        relay._server = new SubmissionServer(
            new Listener(relay._pipes, TimeProvider.System, NullLogger<Listener>.Instance), () => model, unwarned ? UnwarnedSpool.Around(relay._spool) : relay._spool, relay, _ => { }, new Headroom(() => shortage), relay._submitters = new Submitters(() => model, relay._spool, relay.Time, NullLogger.Instance), relay._suppressions, limits, relay.Time, NullLogger.Instance);
        await relay._server.StartAsync(TestContext.Current.CancellationToken);
        return relay;
    }

    /// <summary>Everything waits in the spool: what is sent on is the delivery transcripts' story.</summary>
    public Placement Place(Brand brand, MessageId message, DomainName domain, string? via) =>
        new(new QueueKey(brand.Id, brand.Sources[0], domain), Claimed: false, Time.GetUtcNow());

    /// <summary>Every message in the spool, claimed at the first question and remembered for the next.</summary>
    public async Task<ImmutableArray<StoredMessage>> PeekAsync()
    {
        if (!_peeked.IsDefault)
            return _peeked;
        var stored = ImmutableArray.CreateBuilder<StoredMessage>();
        var queues = await _spool.DueQueuesAsync(Time.GetUtcNow(), new QueueId(0), 1000);
        foreach (var group in (await _spool.ClaimAsync([.. queues.Select(queue => queue.Id)], Time.GetUtcNow(), 1000, (_, _) => Time.GetUtcNow())).GroupBy(consignment => consignment.Message))
        {
            var first = group.First();
            await using var content = await _spool.OpenContentAsync(first.Message, TestContext.Current.CancellationToken);
            using var whole = new MemoryStream();
            await content.OpenStream().CopyToAsync(whole, TestContext.Current.CancellationToken);
            stored.Add(new StoredMessage(first.Key.Brand.Value, first.Sender?.ToString() ?? "<>", [.. group.SelectMany(consignment => consignment.Recipients).OrderBy(r => r.Ordinal).Select(r => r.Address.ToString())],
                first.EightBit, first.SmtpUtf8, Encoding.Latin1.GetString(whole.ToArray())));
        }

        return _peeked = stored.ToImmutable();
    }

    /// <summary>Begins to stop; what clients hear of it is the transcript's to say.</summary>
    public Task StopAsync()
    {
        _stopping = _server.StopAsync(_drain);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping;
        await _server.DisposeAsync();
        _submitters.Dispose();
        _suppressions.Dispose();
        await _spool.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private sealed record Headroom(Func<string?> Why) : IHeadroom
    {
        public string? Shortage() => Why();

        public int Sessions => 0;
    }

    private static SuppressionEntry Suppressed(Mailbox address, DateTimeOffset now) => new(SuppressionKey.Of(new BrandId("acme"), address))
    {
        Since = now.AddDays(-2), Until = now.AddDays(28), Origin = SuppressionOrigin.Reply, Refusals = 2, FirstRefusal = now.AddDays(-9), LastRefusal = now.AddDays(-2),
        Reply = "550 5.1.1 No such user here", Rule = "mailbox-unknown", Message = MessageId.At(now.AddDays(-2)),
    };

    private RelayModel Read()
    {
        const string Text = """
            node: relay
            data: ./data
            listeners:
              - { address: "127.0.0.1:0", relayFrom: ["127.0.0.0/8"], name: relay.test }
            brands:
              - { id: acme, senderDomains: [acme.test], sources: [a] }
              - { id: bravo, senderDomains: [bravo.test], sources: [b] }
            sources:
              - { id: a, localAddress: 127.0.0.5, publicAddress: 192.0.2.5, ehlo: mail.acme.test }
              - { id: b, localAddress: 127.0.0.6, publicAddress: 192.0.2.6, ehlo: mail.bravo.test }
            """;
        var reading = new ConfigurationReader().ReadText(Text, _directory.FullName);
        return reading.Configuration?.Relay ?? throw new InvalidOperationException(string.Join('\n', reading.Problems));
    }

    private static Brand Forwarding(Brand brand) => brand with { ForeignSenders = ForeignSenders.Srs, SrsSecret = "a secret of some length", ReturnPathDomain = DomainName.Parse("bounces.acme.test") };

    private static CertificateModel SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return new CertificateModel([name], request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2049, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }
}

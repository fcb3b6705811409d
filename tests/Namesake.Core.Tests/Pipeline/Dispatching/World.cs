using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Brands;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Routing;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;
using Namesake.Core.Suppression;
using Namesake.Network.Sockets;
using Namesake.Protocol.Addresses;
using Namesake.Protocol.Smtp.Commands;
using Namesake.Storage;

namespace Namesake.Core.Tests.Pipeline.Dispatching;

/// <summary>A dispatcher with a real spool on disk, real sockets and a clock that stands still until the test moves it. One brand, acme, with the sources a and b.</summary>
internal sealed class World : IAsyncDisposable
{
    /// <summary>Long enough for a busy machine; only a failing test waits for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("namesake-dispatcher-").FullName;
    private readonly Dictionary<string, Receiver> _receivers = [];
    private readonly SocketPipes _pipes;
    private SqliteSpool _spool = null!;
    private Suspensions _suspensions = null!;
    private Task _running = Task.CompletedTask;
    private CancellationTokenSource _keeping = null!;
    private Task _kept = Task.CompletedTask;

    private World()
    {
        _pipes = new SocketPipes(new SocketSettings(), Time);
        Standings = new PaperStandings(Time);
        Dns = new SilentDns(Time);
        Model = new RelayModel
        {
            Node = "test",
            Brands = new BrandDirectory([new Brand { Id = new BrandId("acme"), SenderDomains = [DomainName.Parse("acme.test")], Sources = [new SourceId("a"), new SourceId("b")] }]),
            Sources = new SourceDirectory([SourceAt("a", "127.0.0.5"), SourceAt("b", "127.0.0.6")]),
        };
    }

    public JumpingTime Time { get; } = new(new DateTimeOffset(2026, 8, 1, 12, 0, 0, TimeSpan.Zero));

    public PaperStandings Standings { get; }

    public SilentDns Dns { get; }

    public RelayModel Model { get; set; }

    public DispatcherOptions Options { get; private init; } = new();

    public RetrySchedule Retries { get; init; } = new() { Jitter = 0 };

    public TroubledSpool Spool { get; private set; } = null!;

    public ISpoolView View => _spool;

    public Submitters Submitters { get; private set; } = null!;

    public Suppressions Suppressions { get; private set; } = null!;

    public Dispatcher Dispatcher { get; private set; } = null!;

    public WarmUps WarmUps { get; private set; } = null!;

    public static async Task<World> StartAsync(Func<RelayModel, RelayModel>? with = null, DispatcherOptions? options = null)
    {
        var world = new World { Options = options ?? new DispatcherOptions() };
        world.Model = with?.Invoke(world.Model) ?? world.Model;
        await world.OpenAsync();
        return world;
    }

    public static Source SourceAt(string id, string address) =>
        new() { Id = new SourceId(id), LocalAddress = IPAddress.Parse(address), PublicAddress = IPAddress.Parse(address), Ehlo = HostName.Parse($"{id}.acme.test") };

    /// <summary>A receiver that is the route for these domains.</summary>
    public Receiver Receive(string domain, RouteIdentity identity = RouteIdentity.Public, int connections = 10)
    {
        var receiver = new Receiver();
        _receivers.Add(domain, receiver);
        Route(domain, receiver.EndPoint, identity, connections);
        return receiver;
    }

    public void Route(string domain, IPEndPoint to, RouteIdentity identity = RouteIdentity.Public, int connections = 10) => Model = Model with
    {
        Routes = [.. Model.Routes, new RouteModel([DomainName.Parse(domain)], [], to.Address.ToString(), to.Port, identity, connections)],
    };

    public SiteId SiteOf(Receiver receiver) => new($"route:{receiver.EndPoint.Address}:{receiver.EndPoint.Port}");

    /// <summary>What Submission does with a message: place, store, hand on.</summary>
    /// <param name="to">Recipients, several domains allowed.</param>
    /// <param name="from">Null: the null reverse-path.</param>
    /// <param name="file">Its content is a file of its own, as Submission stores what is large.</param>
    public async Task<MessageId> AcceptAsync(string to, string? from = "ann@acme.test", byte[]? content = null, bool file = false, string? via = null, DsnNotify? notify = null, string submitter = "10.0.0.9")
    {
        var brand = Model.Brands.All[0];
        var id = Spool.NextId();
        var recipients = to.Split(',').Select(Mailbox.Parse).ToList();
        var consignments = recipients.Select((mailbox, ordinal) => (mailbox.Domain, ordinal)).GroupBy(pair => pair.Domain, pair => pair.ordinal).Select(group =>
        {
            var place = Dispatcher.Place(brand, id, group.Key, via);
            return new NewConsignment(place.Key, [.. group], place.Claimed, place.Due);
        }).ToImmutableArray();
        content ??= "From: <ann@acme.test>\r\nSubject: hello\r\n\r\nHello.\r\n"u8.ToArray();
        await using var stored = file ? Spool.CreateContentFile(id) : null;
        if (stored is not null)
        {
            await stored.WriteAsync(content, CancellationToken.None);
            await stored.CompleteAsync();
        }

        // Written out: a null array would become an empty memory, not none.
        var inline = file ? (ReadOnlyMemory<byte>?)null : content;
        var accepted = await Spool.AcceptAsync(new NewMessage(
            id, new Envelope(brand.Id, from is null ? null : Mailbox.Parse(from), [.. recipients.Select(mailbox => new EnvelopeRecipient(mailbox, notify))], SmtpUtf8: to.Any(c => c > '~') || (from ?? "").Any(c => c > '~')),
            consignments, Time.GetUtcNow() + brand.Expiry, "10.0.0.9", inline, stored) { Submitter = submitter });
        Dispatcher.Offer(accepted);
        return id;
    }

    /// <summary>Asks until it is so. Nothing here depends on how long that takes.</summary>
    /// <param name="step">Moves the clock with every question: for waits whose start nobody can see.</param>
    public async Task UntilAsync(Func<Task<bool>> fact, TimeSpan? step = null, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(fact))] string what = "")
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!await fact())
        {
            if (step is { } span)
                Time.Advance(span);
            try
            {
                await pause.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"It never became true: {what} ({Dispatcher.InMemory} in memory)");
            }
        }
    }

    public Task UntilAsync(Func<bool> fact, TimeSpan? step = null, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(fact))] string what = "") =>
        UntilAsync(() => Task.FromResult(fact()), step, what);

    /// <summary>Until nothing is in memory any more: everything offered was sent and settled, or is back in the spool.</summary>
    public Task IdleAsync() => UntilAsync(() => Dispatcher.InMemory == 0);

    public async Task<MessageSummary?> SummaryAsync(MessageId message) => (await View.MessageAsync(message, CancellationToken.None))?.Summary;

    public async Task<ImmutableArray<MessageSummary>> MessagesAsync() => await View.MessagesAsync(new SpoolFilter(), new MessageId(0), 1000, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var receiver in _receivers.Values)
            await receiver.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>The relay stops: sessions that would not end by themselves are cut off, and the spool is closed.</summary>
    public async Task StopAsync()
    {
        await CutOffAsync();
        await _running;
        await Dispatcher.DisposeAsync();
        _suspensions.Dispose();
        Submitters.Dispose();
        Suppressions.Dispose();
        await _keeping.CancelAsync();
        await _kept;
        _keeping.Dispose();
        await Spool.DisposeAsync();
    }

    /// <summary>Asks the dispatcher to stop and lets the whole drain pass.</summary>
    public async Task CutOffAsync()
    {
        var stopping = Dispatcher.StopAsync();
        Time.Advance(new DispatcherOptions().Drain);
        await stopping.WaitAsync(Patience, TimeProvider.System);
    }

    /// <summary>The next start of the relay on the same data.</summary>
    public async Task OpenAsync()
    {
        _spool = await SqliteSpool.OpenAsync(new SpoolOptions { DataDirectory = _directory, MinimumFreeBytes = 0 }, Time);
        Spool = new TroubledSpool(_spool);
        var timeouts = new DeliveryTimeouts();
        var fence = new Fence(() => Model, Standings, Standings, Time);
        _suspensions = new Suspensions(_spool, Time, NullLogger.Instance);
        await _suspensions.LoadAsync(CancellationToken.None);
        WarmUps = new WarmUps(() => Model.Sources, Time, NullLogger.Instance);
        await WarmUps.LoadAsync(_spool, CancellationToken.None);
        _keeping = new CancellationTokenSource();
        _kept = WarmUps.KeepAsync(_spool, _keeping.Token);
        Submitters = new Submitters(() => Model, _spool, Time, NullLogger.Instance);
        await Submitters.LoadAsync(_spool, CancellationToken.None);
        Suppressions = new Suppressions(() => Model.Brands, _spool, Time, NullLogger.Instance);
        await Suppressions.LoadAsync(CancellationToken.None);
        Dispatcher = new Dispatcher(
            Spool, new Router(Dns, () => Model, Time), new Gate(Standings, _suspensions, new SessionSlots(Options.Sessions), WarmUps, Time), new Deliverer(new Dialer(_pipes, Time), Standings, fence, timeouts, Time), Standings, Submitters, Suppressions,
            () => Model, Retries, Options, Time, NullLogger.Instance);
        _running = Dispatcher.RunAsync();
    }
}

using System.Net;
using Microsoft.Extensions.Logging;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Routing;
using Namesake.Core.Pipeline.Spool;
using Namesake.Core.Pipeline.Submission;
using Namesake.Network.Dns;
using Namesake.Network.Sockets;
using Namesake.Network.Sources;
using Namesake.Storage;

namespace Namesake;

/// <summary>The composition root: one running relay, put together from a configuration.</summary>
/// <remarks>Order of start: spool, identity, dispatcher, listeners, so that nothing is accepted before it can be kept and judged. Stopping goes the other way.</remarks>
public sealed class RelayHost : IAsyncDisposable
{
    private readonly NamesakeConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly CancellationTokenSource _stopping = new();
    private volatile RelayModel _model;
    private Resolver? _resolver;
    private SocketPipes? _pipes;
    private Task _running = Task.CompletedTask;

    public RelayHost(NamesakeConfiguration configuration, TimeProvider time, ILoggerFactory logs)
    {
        (_configuration, _time, _logs) = (configuration, time, logs);
        _model = configuration.Relay;
    }

    public RelayModel Model => _model;

    public SqliteSpool Spool { get; private set; } = null!;

    public IdentityLedger Ledger { get; private set; } = null!;

    public IdentityWatch Watch { get; private set; } = null!;

    public Dispatcher Dispatcher { get; private set; } = null!;

    public SubmissionServer Submission { get; private set; } = null!;

    public NamesakeConfiguration Configuration => _configuration;

    /// <summary>Starts everything; when it completes, clients can connect.</summary>
    /// <exception cref="IOException">A listener can't be bound, or the spool can't be opened: the message says which and what to do.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (!_model.TreatAsPublic.IsEmpty)
            RelayLog.TreatAsPublic(_logs.CreateLogger("Namesake"), string.Join(", ", _model.TreatAsPublic));
        var log = _logs.CreateLogger("Namesake.Pipeline");
        Spool = await SqliteSpool.OpenAsync(
            new SpoolOptions { DataDirectory = _configuration.DataDirectory, MinimumFreeBytes = _configuration.Spool.MinimumFreeDisk }, _time, _logs.CreateLogger("Namesake.Spool"));

        _pipes = new SocketPipes();
        _resolver = new Resolver(new ResolverSettings { Resolvers = _configuration.Resolvers }, _time);
        var dialer = new Dialer(_pipes, _time);
        var timeouts = _configuration.Delivery.Timeouts;
        var probe = new EchoProbe(dialer, timeouts, _time);
        Ledger = await IdentityLedger.OpenAsync(() => Model, Spool, _time, cancellation);
        Watch = new IdentityWatch(Ledger, _resolver, new LocalAddresses(_time), probe, _time);
        var fence = new Fence(() => Model, Ledger, Watch, _time);
        Dispatcher = new Dispatcher(
            Spool, new Router(_resolver, () => Model, _time), new Gate(Ledger, _time), new Deliverer(dialer, Ledger, fence, timeouts, _time), Ledger,
            () => Model, _configuration.Delivery.Retry, new DispatcherOptions(), _time, log);
        Submission = new SubmissionServer(
            new Listener(_pipes, _time, _logs.CreateLogger<Listener>()), () => Model, Spool, Dispatcher, Dispatcher.Offer, _configuration.Submission.Limits, _time, _logs.CreateLogger("Namesake.Submission"));

        _running = Task.WhenAll(Watch.RunAsync(_stopping.Token), Dispatcher.RunAsync());
        await Submission.StartAsync(cancellation);
    }

    /// <summary>Accepts no more, lets what is under way come to its end within the drain time, closes the spool.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Submission is not null)
            await Submission.StopAsync(TimeSpan.FromSeconds(10));
        if (Dispatcher is not null)
            await Dispatcher.StopAsync();
        await _stopping.CancelAsync();
        await _running;
        if (Submission is not null)
            await Submission.DisposeAsync();
        if (Dispatcher is not null)
            await Dispatcher.DisposeAsync();
        if (Spool is not null)
            await Spool.DisposeAsync();
        _resolver?.Dispose();
        _pipes?.Dispose();
        _stopping.Dispose();
    }
}

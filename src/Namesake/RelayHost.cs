using Microsoft.Extensions.Logging;
using Namesake.Cli;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Routing;
using Namesake.Core.Pipeline.Submission;
using Namesake.Network.Dns;
using Namesake.Network.Machine;
using Namesake.Network.Sockets;
using Namesake.Network.Sources;
using Namesake.Storage;
using Namesake.Web;

namespace Namesake;

/// <summary>The composition root: one running relay, put together from a configuration.</summary>
/// <remarks>Order of start: spool, identity, dispatcher, listeners, so that nothing is accepted before it can be kept and judged. Stopping goes the other way.</remarks>
public sealed partial class RelayHost : IAsyncDisposable
{
    private NamesakeConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly CancellationTokenSource _stopping = new();
    private volatile RelayModel _model;
    private readonly ILogger _log;
    private Resolver? _resolver;
    private LocalAddresses? _addresses;
    private Task _running = Task.CompletedTask;
    private QueueJobs? _jobs;

    public RelayHost(NamesakeConfiguration configuration, TimeProvider time, ILoggerFactory logs)
    {
        (_configuration, _time, _logs) = (configuration, time, logs);
        _model = configuration.Relay;
        _log = logs.CreateLogger("Namesake");
    }

    public RelayModel Model => _model;

    public SqliteSpool Spool { get; private set; } = null!;

    public IdentityLedger Ledger { get; private set; } = null!;

    public IdentityWatch Watch { get; private set; } = null!;

    public Dispatcher Dispatcher { get; private set; } = null!;

    public SubmissionServer Submission { get; private set; } = null!;

    public RelayApi Api { get; private set; } = null!;

    public NamesakeConfiguration Configuration => _configuration;

    /// <summary>Starts everything; when it completes, clients can connect.</summary>
    /// <exception cref="IOException">A listener can't be bound, or the spool can't be opened: the message says which and what to do.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (!_model.TreatAsPublic.IsEmpty)
            RelayLog.TreatAsPublic(_log, string.Join(", ", _model.TreatAsPublic));
        var log = _logs.CreateLogger("Namesake.Pipeline");
        Spool = await SqliteSpool.OpenAsync(_configuration.Spool, _time, _logs.CreateLogger("Namesake.Spool"));

        var pipes = new SocketPipes(new SocketSettings(), _time);
        _resolver = new Resolver(_configuration.Resolver, _time);
        var dialer = new Dialer(pipes, _time);
        var timeouts = _configuration.Delivery.Timeouts;
        var probe = new EchoProbe(dialer, timeouts, _time);
        Ledger = new IdentityLedger(IdentityOf(_model), _configuration.Identity, Spool, _time, _logs.CreateLogger<IdentityLedger>());
        await Ledger.LoadAsync(cancellation);
        _addresses = new LocalAddresses();
        Watch = new IdentityWatch(Ledger, _resolver, _addresses, probe, _configuration.Identity, _time, _logs.CreateLogger<IdentityWatch>());
        var fence = new Fence(() => Model, Ledger, Watch, _time);
        Dispatcher = new Dispatcher(
            Spool, new Router(_resolver, () => Model, _time), new Gate(Ledger, _time), new Deliverer(dialer, Ledger, fence, timeouts, _time), Ledger,
            () => Model, _configuration.Delivery.Retry, WithinMemory(_configuration.Delivery.Dispatcher), _time, log);
        Submission = new SubmissionServer(
            new Listener(pipes, _time, _logs.CreateLogger<Listener>()), () => Model, Spool, Dispatcher, Dispatcher.Offer,
            ProcessHeadroom.OfThisProcess(_time), WithinMemory(_configuration.Submission), _time, _logs.CreateLogger("Namesake.Submission"));

        await Submission.Quotas.LoadAsync(Spool, cancellation);
        _running = Task.WhenAll(Watch.RunAsync(_stopping.Token), Submission.Quotas.KeepAsync(Spool, _stopping.Token), Dispatcher.RunAsync());
        Api = await RelayApi.StartAsync(
            new RelayApiSettings { Address = _configuration.Api.Address, DataDirectory = _configuration.DataDirectory },
            new RunningRelay
            {
                Version = VersionVerb.Version,
                Started = _time.GetUtcNow(),
                Model = () => Model,
                Spool = Spool,
                Identity = Ledger,
                Watch = Watch,
                Dispatcher = Dispatcher,
                Submission = Submission,
                Time = _time,
                Reload = ReloadAsync,
                Jobs = _jobs = new QueueJobs(Spool, Spool, _time, log),
                Alarms = () => _configuration.Alarms,
            },
            _logs, cancellation);
        await Submission.StartAsync(cancellation);
    }

    /// <summary>Accepts no more, lets what is under way come to its end within the drain time, closes the spool.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await EndReloadsAsync())
            return;
        if (Submission is not null)
            await Submission.StopAsync(TimeSpan.FromSeconds(10));
        if (Dispatcher is not null)
            await Dispatcher.StopAsync();
        await _stopping.CancelAsync();
        await _running;
        if (Api is not null)
            await Api.DisposeAsync();
        if (_jobs is not null)
            await _jobs.DisposeAsync();
        if (Submission is not null)
            await Submission.DisposeAsync();
        if (Dispatcher is not null)
            await Dispatcher.DisposeAsync();
        if (Spool is not null)
            await Spool.DisposeAsync();
        _addresses?.Dispose();
        _resolver?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A configuration written for a large machine must not end a small one: content in memory takes an eighth of what the process may use, at most.</summary>
    private static SubmissionLimits WithinMemory(SubmissionLimits limits) =>
        limits with { ContentBytesInMemory = Math.Min(limits.ContentBytesInMemory, ProcessHeadroom.MemoryAvailable / 8) };

    private static DispatcherOptions WithinMemory(DispatcherOptions options) => options with { WindowBytes = Math.Min(options.WindowBytes, ProcessHeadroom.MemoryAvailable / 8) };

    private static IdentityModel IdentityOf(RelayModel model) => IdentityModel.For(model.Node, model.Brands, model.Sources) with
    {
        Witnesses = model.Witnesses,
        ProxyEchoSites = model.ProxyEchoSites,
        TreatAsPublic = model.TreatAsPublic,
    };
}

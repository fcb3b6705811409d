using Microsoft.Extensions.Logging;
using Namesake.Auditing;
using Namesake.Cli;
using Namesake.Configuration;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Reports;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Pipeline;
using Namesake.Core.Pipeline.Delivery;
using Namesake.Core.Pipeline.Gating;
using Namesake.Core.Pipeline.Routing;
using Namesake.Core.Pipeline.Submission;
using Namesake.Core.Suppression;
using Namesake.Network.Dns;
using Namesake.Network.Machine;
using Namesake.Network.Sockets;
using Namesake.Network.Sources;
using Namesake.Plans;
using Namesake.Storage;
using Namesake.Web;
using Namesake.Web.Plans;

namespace Namesake;

/// <summary>The composition root: one running relay, put together from a configuration.</summary>
/// <remarks>Order of start: spool, identity, dispatcher, listeners, so that nothing is accepted before it can be kept and judged. Stopping goes the other way.</remarks>
public sealed partial class RelayHost : IAsyncDisposable
{
    private NamesakeConfiguration _configuration;
    private readonly SteadyClock _time;
    private readonly ILoggerFactory _logs;
    private readonly CancellationTokenSource _stopping = new();
    private volatile RelayModel _model;
    private readonly ILogger _log;
    private Resolver? _resolver;
    private LocalAddresses? _addresses;
    private Task _running = Task.CompletedTask;
    private QueueJobs? _jobs;
    private Suspensions? _suspensions;
    private WarmUps? _warmUps;
    private FrozenMail? _frozenMail;
    private ReportBook? _reports;
    private LeaseBook? _leases;
    private RelayPlans? _plans;

    public RelayHost(NamesakeConfiguration configuration, TimeProvider time, ILoggerFactory logs)
    {
        (_configuration, _time, _logs) = (configuration, new SteadyClock(time), logs);
        _model = configuration.Relay;
        _log = logs.CreateLogger("Namesake");
    }

    public RelayModel Model => _model;

    /// <summary>What looks at plans that were broken off, before anything is sent; null: nobody does.</summary>
    public PlanRecovery? Recovery { get; init; }

    /// <summary>What makes DNS providers and firewalls for plans that are asked for by the API.</summary>
    public PlanMakers Makers { get; init; } = PlanMakers.OfProduct;

    /// <summary>What plans are made, kept and carried out with.</summary>
    public PlanDesk Plans => _plans!.Desk;

    public IRelaySpool Spool { get; private set; } = null!;

    public IdentityLedger Ledger { get; private set; } = null!;

    public IdentityWatch Watch { get; private set; } = null!;

    public Dispatcher Dispatcher { get; private set; } = null!;

    public SubmissionServer Submission { get; private set; } = null!;

    public Submitters Submitters { get; private set; } = null!;

    public Suppressions Suppressions { get; private set; } = null!;

    public RelayApi Api { get; private set; } = null!;

    public NamesakeConfiguration Configuration => _configuration;

    /// <summary>Starts everything; when it completes, clients can connect.</summary>
    /// <exception cref="IOException">A listener can't be bound, or the spool can't be opened: the message says which and what to do.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (!_model.TreatAsPublic.IsEmpty)
            RelayLog.TreatAsPublic(_log, string.Join(", ", _model.TreatAsPublic));
        var log = _logs.CreateLogger("Namesake.Pipeline");
        var spoolLog = _logs.CreateLogger("Namesake.Spool");
        Spool = _configuration.Database is { } database
            ? await OpenDatabaseAsync(database, spoolLog)
            : await SqliteSpool.OpenAsync(_configuration.Spool, _time, spoolLog);

        _leases = new LeaseBook(Spool, () => Model.Sources, _model.Node, _time, _logs.CreateLogger("Namesake.Identity.Leases"));
        await _leases.StartAsync(cancellation);
        var pipes = new SocketPipes(new SocketSettings(), _time);
        _resolver = new Resolver(_configuration.Resolver, _time);
        var dialer = new Dialer(pipes, _time);
        _reports = new ReportBook(Spool, () => Model.Brands, () => Model.Sources, _time);
        await _reports.LoadAsync(cancellation);
        var outputs = new OutputSamples(() => Model.Brands, _time);
        _probes = AuditProbes.ForRelay(_configuration, () => Model, _resolver, pipes, Spool, outputs, _reports, Recovery?.Workshop, _time);
        var timeouts = _configuration.Delivery.Timeouts;
        var probe = new EchoProbe(dialer, timeouts, _time);
        Ledger = new IdentityLedger(IdentityOf(_model), _configuration.Identity, Spool, _time, _logs.CreateLogger<IdentityLedger>(), Spool, _leases);
        await Ledger.LoadAsync(cancellation);
        _addresses = new LocalAddresses();
        Watch = new IdentityWatch(Ledger, _resolver, _addresses, probe, _configuration.Identity, _time, _logs.CreateLogger<IdentityWatch>(), (source, stop) => AuditAsync(source.Id, 1, stop));
        var fence = new Fence(() => Model, Ledger, Watch, _time);
        _suspensions = new Suspensions(Spool, _time, log);
        await _suspensions.LoadAsync(cancellation);
        var headroom = ProcessHeadroom.OfThisProcess(_time);
        var slots = new SessionSlots(_configuration.Delivery.Dispatcher.Sessions, headroom);
        _warmUps = new WarmUps(() => Model.Sources, _time, log);
        await _warmUps.LoadAsync(Spool, cancellation);
        Submitters = new Submitters(() => Model, Spool, _time, _logs.CreateLogger("Namesake.Submitters"));
        await Submitters.LoadAsync(Spool, cancellation);
        Suppressions = new Suppressions(() => Model.Brands, Spool, _time, _logs.CreateLogger("Namesake.Suppressions"));
        await Suppressions.LoadAsync(cancellation);
        Dispatcher = new Dispatcher(
            Spool, new Router(_resolver, () => Model, _time), new Gate(Ledger, _suspensions, slots, _warmUps, _time), new Deliverer(dialer, Ledger, fence, timeouts, _time, outputs), Ledger, Submitters, Suppressions,
            () => Model, _configuration.Delivery.Retry, WithinMemory(_configuration.Delivery.Dispatcher), _time, log);
        Submission = new SubmissionServer(
            new Listener(pipes, _time, _logs.CreateLogger<Listener>()), () => Model, Spool, Dispatcher, Dispatcher.Offer,
            headroom, Submitters, Suppressions, WithinMemory(_configuration.Submission), _time, _logs.CreateLogger("Namesake.Submission"));

        _leases.Hearing = HearAsync;
        if (Recovery is not null)
            await Recovery.StartAsync(AtHand, _stopping.Token, cancellation);
        await Submission.Quotas.LoadAsync(Spool, cancellation);
        _frozenMail = new FrozenMail(Submitters, new QueueSearch(Spool, Spool, Dispatcher.StandingOf, _time), Spool, _time, log);
        _running = Task.WhenAll(
            _leases.RunAsync(_stopping.Token), Watch.RunAsync(_stopping.Token), Submission.Quotas.KeepAsync(Spool, _stopping.Token), _warmUps.KeepAsync(Spool, _stopping.Token), Submitters.KeepAsync(Spool, _stopping.Token),
            Suppressions.KeepAsync(_stopping.Token),
            _frozenMail.RunAsync(_stopping.Token), Recovery?.KeepAsync(AtHand, _stopping.Token) ?? Task.CompletedTask, Dispatcher.RunAsync());
        _plans = new RelayPlans(() => _configuration, Makers, new RelayItself(NoticePlansAsync, Dispatcher, Watch, () => Model, _time), _time, _logs.CreateLogger("Namesake.Plans"));
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
                Audit = AuditAsync,
                Reports = _reports,
                Dispatcher = Dispatcher,
                Submission = Submission,
                Submitters = Submitters,
                Suppressions = Suppressions,
                Time = _time,
                ClockOff = () => _time.Off,
                Reload = ReloadAsync,
                NoticePlans = NoticePlansAsync,
                Plans = _plans.Desk,
                Jobs = _jobs = new QueueJobs(Spool, Spool, Spool, Dispatcher, () => Model, _time, log),
                Alarms = () => _configuration.Alarms,
            },
            _logs, cancellation);
        await KeepTimeAsync(cancellation);
        await Submission.StartAsync(cancellation);
    }

    /// <summary>Accepts no more, lets what is under way come to its end within the drain time, closes the spool.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await EndReloadsAsync())
            return;
        // Taking a plan back looks at identities, and holds sources: the stages must be there for it.
        var plans = _plans?.DisposeAsync() ?? ValueTask.CompletedTask;
        if (Submission is not null)
            await Submission.StopAsync(TimeSpan.FromSeconds(10));
        await plans;
        if (_jobs is not null)
            await _jobs.EndAsync();
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
        _leases?.Dispose();
        _suspensions?.Dispose();
        _frozenMail?.Dispose();
        Submitters?.Dispose();
        Suppressions?.Dispose();
        _addresses?.Dispose();
        _probes?.Dispose();
        _reports?.Dispose();
        _resolver?.Dispose();
        _stopping.Dispose();
    }

    /// <summary>What operators and the rules stopped on other nodes.</summary>
    private async Task HearAsync(CancellationToken cancellation)
    {
        await Dispatcher.HearSuspensionsAsync(cancellation);
        await Submitters.HearAsync(cancellation);
    }

    private RelayAtHand AtHand => new(Dispatcher, Watch, () => Model);

    private Task<int> NoticePlansAsync(CancellationToken cancellation) => Recovery?.NoticeAsync(AtHand, cancellation) ?? Task.FromResult(0);

    private async Task<PostgresSpool> OpenDatabaseAsync(PostgresOptions database, ILogger log)
    {
        var data = _configuration.DataDirectory; // for the CLI's token
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(data);
        else
            Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return await PostgresSpool.OpenAsync(database with { Node = _model.Node }, _time, log);
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

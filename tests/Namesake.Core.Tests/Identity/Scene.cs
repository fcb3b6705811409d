using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Namesake.Core.Identity;
using Namesake.Core.Identity.Leases;
using Namesake.Core.Receivers;
using Namesake.Core.Receivers.Replies;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Identity;

/// <summary>A relay's identities with a clock, a DNS, an outside and interfaces that the test holds in its hands.</summary>
internal sealed class Scene
{
    public const string Start = "2026-03-01T00:00:00Z";

    public Scene(params Source[] sources)
        : this(new MemoryStore(), new JumpingTime(DateTimeOffset.Parse(Start, System.Globalization.CultureInfo.InvariantCulture)), sources)
    {
    }

    private Scene(MemoryStore store, JumpingTime clock, Source[] sources)
    {
        (Store, Clock) = (store, clock);
        Dns = new ScriptedDns(clock);
        Outside = new ScriptedOutside();
        Model = new IdentityModel { Node = "relay1", Sources = new SourceDirectory(sources), TreatAsPublic = Documentation };
    }

    public static ImmutableArray<IPRange> Documentation { get; } =
        [IPRange.Parse("192.0.2.0/24"), IPRange.Parse("198.51.100.0/24"), IPRange.Parse("203.0.113.0/24"), IPRange.Parse("2001:db8::/32")];

    public JumpingTime Clock { get; }

    public ScriptedDns Dns { get; private init; }

    public ScriptedOutside Outside { get; private init; }

    public Interfaces Interfaces { get; private init; } = new();

    public MemoryStore Store { get; }

    public IdentityModel Model { get; set; }

    public IdentityOptions Options { get; set; } = new();

    /// <summary>Null: nobody else could have its sources.</summary>
    public LeaseBook? Leases { get; set; }

    public IdentityLedger Ledger { get; private set; } = null!;

    public IdentityWatch Watch { get; private set; } = null!;

    public List<StandingChange> Changes { get; } = [];

    public DateTimeOffset Now => Clock.GetUtcNow();

    public static Source Source(string id, string address, string ehlo, string? local = null) => new()
    {
        Id = new SourceId(id),
        LocalAddress = IPAddress.Parse(local ?? address),
        PublicAddress = IPAddress.Parse(address),
        Ehlo = HostName.Parse(ehlo),
    };

    /// <summary>One source on its own address, with everything right in DNS, looked at once.</summary>
    public static async Task<Scene> AlignedAsync(string id = "acme", string address = "203.0.113.5", string ehlo = "mail.acme.example")
    {
        var scene = new Scene(Source(id, address, ehlo));
        scene.Dns.Identity(address, ehlo);
        await scene.OpenAsync();
        await scene.ProbeAsync(id);
        Assert.Equal(Verdict.Aligned, scene.Of(id).Verdict);
        return scene;
    }

    public Scene WithPolicy(IdentityPolicy policy)
    {
        Model = Model with { Policies = Model.Sources.All.ToImmutableDictionary(source => source.Id, _ => policy) };
        return this;
    }

    public Scene WithWitnesses(params WitnessModel[] witnesses)
    {
        Model = Model with { Witnesses = [.. witnesses] };
        return this;
    }

    public async Task<Scene> OpenAsync()
    {
        Ledger = new IdentityLedger(Model, Options, Store, Clock, NullLogger<IdentityLedger>.Instance, Store.History, Leases);
        Ledger.Changed += Changes.Add;
        Watch = new IdentityWatch(Ledger, Dns, Interfaces, Outside, Options, Clock, NullLogger<IdentityWatch>.Instance);
        await Ledger.LoadAsync(CancellationToken.None);
        return this;
    }

    /// <summary>The same node after a restart: what was stored, nothing else.</summary>
    public async Task<Scene> RestartAsync(IdentityModel? model = null, LeaseBook? leases = null)
    {
        await Ledger.Journal.FlushAsync();
        return await new Scene(Store, Clock, []) { Model = model ?? Model, Options = Options, Dns = Dns, Outside = Outside, Interfaces = Interfaces, Leases = leases }.OpenAsync();
    }

    /// <summary>A relay that finds this in its store.</summary>
    public Task<Scene> OpenOnAsync(MemoryStore store) =>
        new Scene(store, Clock, []) { Model = Model, Options = Options, Dns = Dns, Outside = Outside, Interfaces = Interfaces }.OpenAsync();

    /// <summary>Somebody in DNS doesn't answer as he should.</summary>
    public bool IsSilent => Dns.Dead || Dns.HasTrouble;

    public SourceStanding Of(string id) => Ledger.Of(new SourceId(id))!;

    public Task<SourceStanding?> ProbeAsync(string id) => Watch.ProbeNowAsync(new SourceId(id), CancellationToken.None);

    /// <summary>Lets time pass as the watch would: each source is looked at whenever it is due, deadlines included.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        var end = Now + span;
        while (true)
        {
            var due = Ledger.All.Select(standing => standing.NextProbe ?? Now).Concat(Ledger.All.Select(standing => standing.GraceEnds ?? end)).Append(end).Min();
            if (due > Now)
                Clock.Advance((due < end ? due : end) - Now);
            if (Now >= end)
                return;
            foreach (var standing in Ledger.All)
            {
                if (standing.GraceEnds <= Now || standing.Override?.Until <= Now)
                    Ledger.Tick(standing.Source);
                if ((standing.NextProbe ?? Now) <= Now)
                    await Watch.ProbeNowAsync(standing.Source, CancellationToken.None);
            }
        }
    }

    /// <summary>A receiver's EHLO reply to a new connection.</summary>
    public FenceVerdict Sight(string source, string host, string? observed, bool newConnection = true, string address = "198.18.0.25") => Ledger.Sighted(new EchoSighting(
        new SourceId(source), SiteOf(host), new NextHop(host, IPAddress.Parse(address), 25, 0), observed is null ? null : IPAddress.Parse(observed), $"{host} Hello [{observed}]", Now, newConnection, false));

    public Hold? LaneHold(string source, string host) => Ledger.LaneHold(new SourceId(source), SiteOf(host));

    /// <param name="text">As the receiver says it: "550 5.7.25 …".</param>
    public static IdentityRefusal Refusal(string source, string host, string text)
    {
        var reply = ReplyText.Read(text)!;
        return new IdentityRefusal(new SourceId(source), SiteOf(host), new NextHop(host, IPAddress.Parse("203.0.113.25"), 25, 0), reply, ReplyClassifier.Classify(reply));
    }

    public static SiteId SiteOf(string host) => new(SiteRules.OperatorOf(host));
}

internal sealed class MemoryStore : IIdentityStore
{
    public ConcurrentDictionary<string, string> Kept { get; } = new();

    public bool Broken { get; set; }

    public bool Unreadable { get; set; }

    public MemoryHistory History { get; } = new();

    public Task<ImmutableDictionary<string, string>> LoadAsync(CancellationToken cancellation) =>
        Unreadable ? throw new IOException("connection refused") : Task.FromResult(Kept.ToImmutableDictionary());

    public Task SaveAsync(string key, string? state)
    {
        if (Broken)
            throw new IOException("disk full");
        if (state is null)
            Kept.TryRemove(key, out _);
        else
            Kept[key] = state;
        return Task.CompletedTask;
    }
}

internal sealed class Interfaces : ILocalAddresses
{
    private readonly HashSet<IPAddress> _missing = [];
    private readonly HashSet<IPAddress> _temporary = [];

    public event Action? Changed;

    public BindResult TryBind(IPAddress address)
    {
        lock (_missing)
            return _missing.Contains(address) ? new BindResult(false, "Cannot assign requested address") : new BindResult(true, null, _temporary.Contains(address));
    }

    public void Lose(string address, bool tell = true)
    {
        lock (_missing)
            _missing.Add(IPAddress.Parse(address));
        if (tell)
            Changed?.Invoke();
    }

    public void Find(string address)
    {
        lock (_missing)
            _missing.Remove(IPAddress.Parse(address));
        Changed?.Invoke();
    }

    public void MakeTemporary(string address) => _temporary.Add(IPAddress.Parse(address));
}

/// <summary>Receivers and witnesses: what each sees, by host name. A host nobody spoke of is unreachable.</summary>
internal sealed class ScriptedOutside : IEchoProbe
{
    private readonly ConcurrentDictionary<string, Func<Source, string?>> _hosts = new();

    public ConcurrentQueue<(string Source, string Host)> Asked { get; } = new();

    public void Sees(string host, string address) => _hosts[host] = _ => $"{host} at your service, [{address}]";

    public void Sees(string host, Func<Source, string?> line) => _hosts[host] = line;

    public void SeesRight(string host) => _hosts[host] = source => $"{host} at your service, [{source.PublicAddress}]";

    public void IsSilent(string host) => _hosts[host] = _ => host;

    public void IsGone(string host) => _hosts.TryRemove(host, out _);

    /// <summary>Told of every question.</summary>
    public Action<NextHop>? At { get; set; }

    /// <summary>Questions wait for it.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public async Task<EchoProbeResult> AskAsync(Source source, NextHop hop, CancellationToken cancellation)
    {
        Asked.Enqueue((source.Id.Value, hop.Host));
        At?.Invoke(hop);
        await Until.WaitAsync(cancellation);
        return _hosts.TryGetValue(hop.Host, out var line) && line(source) is { } said ? EchoProbeResult.Answered(said) : EchoProbeResult.Unreached("connection timed out");
    }
}

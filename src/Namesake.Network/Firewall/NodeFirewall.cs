using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Firewall.Rendering;
using Namesake.Core.Plans;
using Namesake.Network.Machine;

namespace Namesake.Network.Firewall;

/// <summary>The rules of this node, written by nft or iptables in a table or chain of our own.</summary>
/// <remarks>
/// <para>A write is: take the lock of this network namespace → read → compare with what is expected → load → read again. The text that is loaded fails as a whole where our table isn't as it was read, as far as the
/// tools have words for that (<see cref="NftablesScript"/>), so a change that somebody makes by hand in between is a conflict and not overwritten. What is left: an element that another program adds to our table
/// or gives another value, in the milliseconds between reading and loading. The first is seen when the table is read back; of the second only that the ruleset was changed by somebody.</para>
/// <para>Programs are started from the caller's thread, in its network namespace.</para>
/// </remarks>
public sealed class NodeFirewall : IFirewall
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);

    private readonly FirewallSettings _settings;
    private readonly FirewallTools _tools;
    private readonly TimeProvider _time;
    private readonly IRuleTool _tool;

    /// <param name="tools">Null: as they are found on this system.</param>
    public NodeFirewall(FirewallSettings settings, TimeProvider time, FirewallTools? tools = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (_settings, _time, _tools) = (settings, time, tools ?? FirewallTools.OfSystem());
        _tool = settings.Kind == FirewallKind.Nftables ? new NftablesTool(_tools, time) : new IptablesTool(_tools, time);
    }

    public string Id => _settings.Id;

    public string Name => NameOf(_settings.Kind);

    /// <summary>What a planner must know of it.</summary>
    public static FirewallTraits TraitsOf(FirewallSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new FirewallTraits
        {
            Id = settings.Id,
            Name = NameOf(settings.Kind),
            Limit = settings.Limit,
            Priority = settings.Kind == FirewallKind.Nftables ? NftablesText.Priority : IptablesReader.Postrouting,
            OwnChain = settings.Kind == FirewallKind.Nftables ? $"ip {NftablesText.Table} " : IptablesReader.Scope + IptablesText.Chain,
        };
    }

    public async Task<FirewallReading> ReadAsync(CancellationToken cancellation)
    {
        var (held, trouble) = await LockAsync(cancellation);
        using (held)
            return held is null ? new FirewallReading(null, "", null, trouble) : (await _tool.ReadAsync(cancellation)).Seen;
    }

    public async Task<string?> CheckAsync(TranslationChange change, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (Impossible(change) is { } impossible)
            return impossible;
        // Not asked when writing: the way back is never barred by a limit that was lowered since.
        if (change.New is { } table && table.Mappings.Length > _settings.Limit)
            return $"the table would have {table.Mappings.Length} mappings, and the configuration allows {_settings.Limit} (firewalls, {Id}: limit)";
        var (held, locked) = await LockAsync(cancellation);
        using (held)
        {
            if (held is null)
                return locked;
            var present = await _tool.ReadAsync(cancellation);
            if (present.Seen.Trouble is { } trouble)
                return trouble;
            if (Equals(present.Seen.Ours, change.New))
                return null;
            var run = await _tool.CheckAsync(present.ScriptTo(change.New), cancellation);
            return run.IsDone ? null : Trouble(run);
        }
    }

    public async Task<WriteResult> WriteAsync(TranslationChange change, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (Impossible(change) is { } impossible)
            return new WriteResult.Refused(impossible);
        // Opened at once: it belongs to the network namespace of the thread we were called on.
        using var generation = RulesetGeneration.Open();
        var (held, locked) = await LockAsync(cancellation);
        using (held)
        {
            if (held is null)
                return new WriteResult.Unreachable(locked!);
            var before = generation.Read();
            var present = await _tool.ReadAsync(cancellation);
            if (present.Seen.Trouble is { } trouble)
                return new WriteResult.Refused(trouble);
            if (Equals(present.Seen.Ours, change.New))
                return new WriteResult.Done("it is so already") { WasSo = true };
            if (!Equals(present.Seen.Ours, change.Old))
                return new WriteResult.Conflict(Differs(present.Seen.Ours));
            // From here on to the end, whoever cancels: a transaction that nobody waits for would have to be read back.
            var run = await _tool.LoadAsync(present.ScriptTo(change.New), held, CancellationToken.None);
            var after = generation.Read();
            return await OutcomeAsync(change, run, before, after);
        }
    }

    public async Task<int?> ForgetConnectionsAsync(TranslationChange change, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(change);
        return await MailConnections.ForgetAsync(change.Old, change.New, _tools, _time, cancellation);
    }

    private async Task<WriteResult> OutcomeAsync(TranslationChange change, ProgramRun run, uint? before, uint? after)
    {
        if (run.End == ProgramEnd.NotStarted)
            return new WriteResult.Refused(Trouble(run));
        if (run.End == ProgramEnd.Stopped)
            return new WriteResult.Uncertain(Trouble(run));
        var now = (await _tool.ReadAsync(CancellationToken.None)).Seen;
        if (!run.IsDone)
            return now.Trouble is null && Equals(now.Ours, change.Old) ? new WriteResult.Refused(Trouble(run)) : new WriteResult.Conflict($"{now.Trouble ?? Differs(now.Ours)} ({Trouble(run)})");
        if (now.Trouble is not null || !Equals(now.Ours, change.New))
            return new WriteResult.Uncertain($"it was loaded, and read back {now.Trouble ?? Differs(now.Ours)}: somebody else writes our table");
        return new WriteResult.Done(before is { } first && after is { } last && last != first + 1 ? "somebody else changed rules of this node at the same moment; our table is as it was to be" : "");
    }

    /// <summary>The plan may come from elsewhere, or be older than the configuration.</summary>
    private static string? Impossible(TranslationChange change) =>
        change.New?.Untranslatable.FirstOrDefault() is { } mapping ? $"{mapping} is not translated: IPv6 addresses are bound, not translated" : null;

    private string Differs(TranslationTable? table) => $"our table on {Name} {(table is null ? "is not there" : table.Mappings.IsEmpty ? "translates nothing" : $"is another one, with {table.Mappings.Length} mappings")}";

    private string Trouble(ProgramRun run) => ToolTrouble.Of(_tool.Command, run, _tool.Package);

    private static string NameOf(FirewallKind kind) => kind == FirewallKind.Nftables ? "nftables on this node" : "iptables on this node";

    private Task<(FirewallLock? Lock, string? Trouble)> LockAsync(CancellationToken cancellation) => FirewallLock.TakeAsync(_tools.RunFolder, FirewallLock.NameOfNamespace(), LockPatience, _time, cancellation);
}

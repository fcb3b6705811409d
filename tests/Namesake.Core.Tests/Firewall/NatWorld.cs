using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Firewall;

/// <summary>A firewall in memory: our table, rules of others, and plans made and applied.</summary>
internal sealed class NatWorld
{
    private readonly List<NatChain> _others = [];

    public List<WantedIdentity> Wanted { get; } = [];

    public TranslationTable? Ours { get; set; }

    public SharingMode Mode { get; set; } = SharingMode.Shared;

    public PlanLimits Limits { get; set; } = new();

    public FirewallTraits Traits { get; set; } = new() { Id = "edge", Name = "nftables on this node", Priority = 90 };

    public string? Trouble { get; set; }

    public string? Device { get; set; }

    public NatWorld Want(string local, string seen, string name = "mail.acme.example", string? source = null)
    {
        Wanted.Add(new WantedIdentity(new SourceId(source ?? local.Replace(':', '-')), IPAddress.Parse(local), IPAddress.Parse(seen), HostName.Parse(name)));
        return this;
    }

    /// <summary>A rule of somebody else in a chain for leaving packets.</summary>
    public NatWorld Rule(int priority, string? source, NatAction action, string text, bool perhaps = false)
    {
        var conditions = ImmutableArray.CreateBuilder<NatCondition>();
        if (source is not null)
            conditions.Add(new NatCondition(NatSubject.Source, new NatValues { Addresses = new[] { IPAddress.Parse(source) }.ToFrozenSet() }));
        if (perhaps)
            conditions.Add(new NatCondition(NatSubject.Other, NatValues.None));
        var name = $"ip other{priority} post{_others.Count}";
        _others.Add(new NatChain(name, null, [new NatRule($"{name}, handle 1", conditions.ToImmutable(), action, text)]) { Priority = priority });
        return this;
    }

    public NatWorld Snat(int priority, string source, string to) =>
        Rule(priority, source, new NatAction.Snat(new AddressSpan(IPAddress.Parse(to), IPAddress.Parse(to))), $"snat to {to}");

    public NatWorld Masquerade(int priority, bool perhaps = false) => Rule(priority, null, new NatAction.Masquerade(), "masquerade", perhaps);

    public Plan Plan(Func<WantedIdentity, bool>? only = null, bool withBeside = true)
    {
        var chosen = Wanted.Where(only ?? (_ => true)).ToImmutableArray();
        return NatPlanner.Make(new NatPlanRequest
        {
            Id = PlanId.New(PlanKind.Nat, DateTimeOffset.UnixEpoch, 1),
            Node = "relay1",
            Now = DateTimeOffset.UnixEpoch,
            Firewall = Traits,
            Reading = new FirewallReading(Trouble is null ? Ours : null, "", Trouble is null ? Rules() : null, Trouble),
            Wanted = chosen,
            Beside = withBeside && only is not null ? [.. Wanted.Except(chosen)] : [],
            IsAll = only is null,
            Mode = Mode,
            Limits = Limits,
            Device = Device,
        });
    }

    public void Apply(IEnumerable<PlanStep> steps)
    {
        foreach (var change in steps.SelectMany(step => step.Changes).Cast<TranslationChange>())
        {
            Assert.Equal(change.Old, Ours);
            Ours = change.New;
        }
    }

    /// <summary>What a mail session from there is seen as, by what stands; null: not for certain.</summary>
    public IPAddress? Seen(IPAddress local) => NatWalk.Of(Rules(), local, Device) switch
    {
        { Perhaps.IsEmpty: true, Translated: null } => local,
        { Perhaps.IsEmpty: true, Translated.Action: NatAction.Snat { To: var to } } when to.First.Equals(to.Last) => to.First,
        _ => null,
    };

    public static string Text(Plan plan) => string.Join('\n', plan.Notes.Select(note => $"{note.Kind}: {note.About}: {note.Text}"));

    private NatRules Rules()
    {
        var chains = _others.ToList();
        if (Ours is { } table)
            chains.Add(new NatChain("ip namesake mail", System.Net.Sockets.AddressFamily.InterNetwork,
                [new NatRule("ip namesake mail, handle 2", [], new NatAction.SnatByMap(table.Mappings.ToFrozenDictionary(mapping => mapping.Local, mapping => new AddressSpan(mapping.Public, mapping.Public)), []), "snat by map")])
            { Priority = 90 });
        return new NatRules([], [.. chains.OrderBy(chain => chain.Priority)], FrozenDictionary<string, NatChain>.Empty);
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Plans;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Planning;

/// <summary>Variant 1: which records make DNS say what is on the wire. Pure.</summary>
/// <remarks>
/// <para>A name's A and AAAA records come before the PTR record that names it, and the PTR record only when those are there or in the plan: some providers refuse it else, and receivers would
/// meet a name that leads nowhere. One PTR record per address, whatever else bears that name.</para>
/// <para>What could not be seen is not planned: unknown is never "missing". What somebody else has written is changed only with consent.</para>
/// </remarks>
public sealed partial class DnsPlanner
{
    private readonly DnsPlanRequest _request;
    private readonly FrozenDictionary<(DomainName Name, RecordType Type), SeenRecords> _seen;
    private readonly List<PlanNote> _notes = [];
    private readonly List<ZoneChange> _zones = [];
    private readonly List<RecordChange> _addresses = [];
    private readonly List<RecordChange> _pointers = [];

    /// <summary>Names whose records lead to all that is wanted, or will when the plan is applied; by family.</summary>
    private readonly HashSet<(HostName Name, AddressFamily Family)> _leads = [];

    /// <summary>What this plan alone can't make right: nobody must see it so when it is applied.</summary>
    private readonly HashSet<WantedIdentity> _out = [];

    private DnsPlanner(DnsPlanRequest request) => (_request, _seen) = (request, request.Seen.ToFrozenDictionary(seen => (seen.Survey.Name, seen.Survey.Type)));

    public static Plan Make(DnsPlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new DnsPlanner(request).Make();
    }

    private Plan Make()
    {
        var wanted = _request.Wanted.GroupBy(identity => identity.Public).Where(HasOneName).SelectMany(group => group).ToImmutableArray();
        foreach (var name in wanted.GroupBy(identity => (identity.Ehlo, identity.Public.AddressFamily)))
            PlanAddresses(name.Key.Ehlo, name.Key.AddressFamily, [.. name]);
        foreach (var address in wanted.GroupBy(identity => identity.Public))
            PlanPointer(address.Key, address.First().Ehlo, [.. address]);

        foreach (var identity in _request.Leaving)
            PlanLeaving(identity);

        foreach (var racing in _request.Providers.Where(provider => provider.ComparesBeforeWriting && _addresses.Concat(_pointers).Concat(_pointersGone).Concat(_addressesGone).Any(change => change.By == provider.Id)))
            Note(PlanNoteKind.Advice, racing.Name, $"{racing.Name} has no prerequisites: what somebody else writes there in the milliseconds between comparing and writing is lost", []);
        foreach (var text in _request.Providers.Where(provider => !provider.WritesItself && _addresses.Concat(_pointers).Concat(_pointersGone).Concat(_addressesGone).Any(change => change.By == provider.Id)))
            Note(PlanNoteKind.Advice, text.Name, $"{text.Name} writes nothing itself: take the text of `namesake show --as` there, and plan again", []);

        var steps = ImmutableArray.CreateBuilder<PlanStep>();
        if (_zones.Count > 0)
            steps.Add(new PlanStep("zones", [.. _zones], WaitsUntilSeen: false));
        if (_addresses.Count > 0)
            steps.Add(new PlanStep("address records", [.. _addresses], WaitsUntilSeen: true));
        if (_pointers.Count > 0)
            steps.Add(new PlanStep("PTR records", [.. _pointers], WaitsUntilSeen: true));
        if (_pointersGone.Count > 0)
            steps.Add(new PlanStep("PTR records given up", [.. _pointersGone], WaitsUntilSeen: true));
        if (_addressesGone.Count > 0)
            steps.Add(new PlanStep("address records given up", [.. _addressesGone], WaitsUntilSeen: true));
        if (TooMuch() is { } excess)
        {
            steps.Clear();
            _notes.Add(excess);
        }

        return new Plan
        {
            Id = _request.Id,
            Kind = PlanKind.Dns,
            MadeAt = _request.Now,
            Node = _request.Node,
            Limits = _request.Limits,
            Wanted = [.. wanted.Where(identity => !_out.Contains(identity))],
            Steps = steps.ToImmutable(),
            Notes = [.. _notes, .. _request.Merges],
        };
    }

    /// <summary>Two names can't both be right on one address (EH-08): then nothing is planned for it.</summary>
    private bool HasOneName(IGrouping<IPAddress, WantedIdentity> address)
    {
        var names = address.Select(identity => identity.Ehlo).Distinct().ToList();
        if (names.Count == 1)
            return true;
        Note(PlanNoteKind.Refused, address.Key.ToString(),
            $"{string.Join(" and ", names)} are wanted for {address.Key}. An address has one PTR record, so it bears one name (EH-08): give each name a public address of its own, or all these sources one name", [.. address]);
        return false;
    }

    private void PlanAddresses(HostName name, AddressFamily family, ImmutableArray<WantedIdentity> identities)
    {
        var type = family.RecordType();
        var word = type.Word();
        var addresses = identities.Select(identity => identity.Public).Distinct().ToList();
        if (Find(name, type) is not { } seen || !IsClear(seen, name.Value, $"the {word} record of {name}", identities))
            return;
        if (seen.Survey.Steps.Length > 1)
        {
            // Receivers follow it, the sender's other hosts may need it (EH-06): whether it goes is for a person to say.
            var there = Shown(seen.Survey);
            if (addresses.TrueForAll(address => there.Contains(address.ToString())))
                Right(name, family, $"{name} leads to {List(addresses)}, by the alias {seen.Survey.Last!.At}", identities);
            else
                Note(PlanNoteKind.Foreign, name.Value, $"{name} is an alias of {seen.Survey.Last!.At}: a name with a CNAME has no {word} record of its own, and the other name's records are not changed for it. Replace the CNAME by {word} records with {List(addresses)}, or choose another EHLO name", identities);
            return;
        }

        var shown = Shown(seen.Survey);
        var held = seen.Held is { } reading ? reading.Set?.Values ?? [] : [.. shown];
        var missing = addresses.Where(address => !held.Contains(address.ToString())).ToList();
        if (missing.Count == 0)
        {
            if (addresses.TrueForAll(address => shown.Contains(address.ToString())))
                Right(name, family, $"{name} leads to {List(addresses)}", identities);
            else
                Pending(seen, name.Value, identities);
            _leads.Add((name, family));
            return;
        }

        var zone = seen.Survey.Last!.Zone!;
        if (!MayWrite(seen, zone, name.Value, () => Tickets.ForAddress(name, word, missing, zone), identities))
            return;
        var known = addresses.Concat(_request.AlsoAt(name)).Select(address => address.ToString()).ToHashSet(StringComparer.Ordinal);
        var others = held.Where(value => !known.Contains(value)).ToList();
        var isForeign = others.Count > 0 && !IsOurs(name, type, seen.Held?.Set);
        if (isForeign)
            Note(PlanNoteKind.Foreign, name.Value, $"{name} leads to {string.Join(", ", others)} already, which is none of its sources' addresses: clients of that host would come to the new address as well. It takes consent of its own, or another EHLO name", identities);
        _addresses.Add(new RecordChange
        {
            By = seen.Provider!.Id,
            Zone = zone,
            Name = name,
            Type = type,
            Old = seen.Held!.Set,
            New = RecordSet.Of(seen.Held.Set?.Ttl ?? _request.Ttl, [.. held, .. missing.Select(address => address.ToString())]),
            IsForeign = isForeign,
            Reason = held.Length == 0 ? $"{name} has no {word} record" : $"{name} does not lead to {List(missing)}",
            Ends = held.Length == 0 ? ["EH-04", "EH-05", "PT-03"] : ["EH-05", "EH-09", "PT-03"],
            Sources = SourcesOf(identities),
            EarliestGreen = seen.Survey.Remembered is { } remembered ? _request.Now + remembered : null,
        });
        if (!isForeign)
            _leads.Add((name, family));
    }

    private void PlanPointer(IPAddress address, HostName name, ImmutableArray<WantedIdentity> identities)
    {
        var about = address.ToString();
        if (Find(ReverseName.Of(address), RecordType.Ptr) is not { } seen || !IsClear(seen, about, $"the PTR record of {address}", identities))
            return;
        var owner = seen.Survey.Last!.At;
        var zone = seen.Survey.Last.Zone!;
        var target = $"{name}.";
        var shown = Shown(seen.Survey);
        var old = seen.Held is { } reading ? reading.Set : null;
        ImmutableArray<string> held = seen.Held is null ? [.. shown.Select(value => $"{value}.")] : old?.Values ?? [];
        if (held is [var only] && only.Equals(target, StringComparison.OrdinalIgnoreCase))
        {
            if (shown is [var said] && said == name.Value)
                Note(PlanNoteKind.Right, about, $"The PTR record of {address} is {name}", identities);
            else
                Pending(seen, about, identities);
            return;
        }

        var provider = seen.Provider;
        var isDefault = provider?.DefaultPointer is { } pattern && held is [var value] && DefaultPointer.Matches(pattern, value, address);
        if (!MayWrite(seen, zone, about, () => Tickets.ForPointer(address, owner, name, zone, held, _leads.Contains((name, address.AddressFamily))), identities))
            return;
        if (!_leads.Contains((name, address.AddressFamily)))
        {
            Note(PlanNoteKind.Advice, about, $"The PTR record of {address} follows when {name} leads to it: see what is said of {name}", identities);
            return;
        }

        var isForeign = held.Length > 0 && !isDefault && !IsOurs(owner, RecordType.Ptr, old);
        if (isForeign)
            Note(PlanNoteKind.Foreign, about, $"The PTR record of {address} is {Names(held)}, written by somebody else. It takes consent of its own to replace it", identities);
        _pointers.Add(new RecordChange
        {
            By = provider!.Id,
            Zone = zone,
            Name = owner,
            Type = RecordType.Ptr,
            Old = old,
            New = RecordSet.Of(old is { } kept && !isDefault ? kept.Ttl : _request.Ttl, target),
            IsForeign = isForeign,
            Reason = held.Length == 0 ? $"{address} has no PTR record"
                : held.Contains(target, StringComparer.OrdinalIgnoreCase) ? $"{address} has {held.Length} PTR names; receivers may pick any of them"
                : $"the PTR record of {address} is {Names(held)}, not {name}",
            Ends = held.Length == 0 ? [address.AddressFamily == AddressFamily.InterNetwork ? "PT-01" : "PT-02", "PT-04"]
                : held.Contains(target, StringComparer.OrdinalIgnoreCase) ? ["PT-05"] : ["PT-04"],
            Sources = SourcesOf(identities),
            EarliestGreen = seen.Survey.Remembered is { } remembered ? _request.Now + remembered : null,
        });
    }

    /// <summary>Whether it is known how the records stand and where they are written. Else a note has been made.</summary>
    private bool IsClear(SeenRecords seen, string about, string what, ImmutableArray<WantedIdentity> identities)
    {
        var survey = seen.Survey;
        if (ZoneFault.Of(survey) is { } fault)
        {
            Note(PlanNoteKind.Zone, about, MakeZone(survey, identities) is { } making ? $"{fault.Text}. {making}" : fault.Text, identities, fault.Ticket);
            return false;
        }

        if (MissingZone(survey) is var (provider, zone))
        {
            Note(PlanNoteKind.Zone, about, $"{zone} is to be written by {provider.Name}, and is not delegated: {survey.Last!.Zone} answers in its place. {MakeZone(survey, identities)}", identities,
                ServersOf(provider) is { IsEmpty: false } servers ? Tickets.ForDelegation(zone, survey.Last.Zone!, servers) : null);
            return false;
        }

        if (survey.Content is null)
        {
            var contents = survey.Ending == SurveyEnding.Complete ? survey.Last?.Contents.Count ?? 0 : 0;
            Note(PlanNoteKind.Unknown, about, contents > 1
                ? $"The servers of {survey.Last!.Zone} don't agree on {what}: {survey.Last.Describe()}. Plan when they do"
                : $"Nobody could tell {what}: {survey.Trouble ?? (survey.Last is { Zone: not null } last ? last.Describe() : "its zone was not found")}. Nothing is planned for it", identities);
            return false;
        }

        if (seen.Held is { Trouble: { } trouble })
        {
            Note(PlanNoteKind.Unknown, about, $"{seen.Provider!.Name} could not read {what}: {trouble}. Nothing is planned for it", identities);
            return false;
        }

        return true;
    }

    private bool MayWrite(SeenRecords seen, DomainName zone, string about, Func<string> ticket, ImmutableArray<WantedIdentity> identities)
    {
        switch (seen)
        {
            case { Provider: null } or { Held: null }:
                Note(PlanNoteKind.NoAuthority, about, $"No DNS provider of the configuration writes {zone}. Send the ticket to who does, or add the zone to dnsProviders", identities, ticket());
                return false;
            case { Authority: { Access: Identity.Facts.WriteAccess.None } none }:
                Note(PlanNoteKind.NoAuthority, about, $"{none.By} may not write {zone}{(none.Detail.Length == 0 ? "" : $": {none.Detail}")}", identities, ticket());
                return false;
            case { Authority: { Access: Identity.Facts.WriteAccess.Unreachable } silent }:
                Note(PlanNoteKind.Unknown, about, $"{silent.By} could not be asked whether it lets us write {zone}{(silent.Detail.Length == 0 ? "" : $": {silent.Detail}")}. Nothing is planned for it", identities);
                return false;
            default:
                return true;
        }
    }

    private PlanNote? TooMuch()
    {
        var limits = _request.Limits;
        var made = _addresses.Count + _pointers.Count + _zones.Count;
        var busiest = _addresses.Concat(_pointers).GroupBy(change => change.Zone).MaxBy(zone => zone.Count());
        var gone = _pointersGone.Count + _addressesGone.Count;
        var text = gone > limits.Removals ? $"{gone} records to be removed are more than the {limits.Removals} a plan may remove (--removals raises it for this plan)"
            : made > limits.Changes ? $"{made} changes are more than the {limits.Changes} a plan may have (--changes raises it for this plan; --source takes fewer)"
            : busiest?.Count() > limits.PerZone ? $"{busiest.Count()} changes in {busiest.Key} are more than the {limits.PerZone} a plan may have in one zone (--per-zone raises it for this plan)"
            : null;
        return text is null ? null : new PlanNote(PlanNoteKind.Refused, "the plan", $"{text}. Nothing is planned");
    }

    private SeenRecords? Find(DomainName name, RecordType type) => _seen.GetValueOrDefault((name, type));

    private SeenRecords? Find(HostName name, RecordType type) => Find((DomainName)name, type);

    /// <summary>What the servers show, in the form of <see cref="DnsRecord.Value"/>.</summary>
    private static IReadOnlyList<string> Shown(NameSurvey survey) => [.. survey.Last!.Definite.First().Answer.Records.Select(record => record.Value)];

    private bool IsOurs(DomainName name, RecordType type, RecordSet? held) => _request.Owned(name, type) is { } owned && owned.Set.Says(held);

    private void Right(HostName name, AddressFamily family, string text, ImmutableArray<WantedIdentity> identities)
    {
        _leads.Add((name, family));
        Note(PlanNoteKind.Right, name.Value, text, identities);
    }

    private void Pending(SeenRecords seen, string about, ImmutableArray<WantedIdentity> identities) =>
        Note(PlanNoteKind.Advice, about, $"{seen.Provider!.Name} has it as wanted; not all that show it do yet: {seen.Survey.Last!.Describe()}", identities);

    private void Note(PlanNoteKind kind, string about, string text, ImmutableArray<WantedIdentity> identities, string? ticket = null)
    {
        if (kind is PlanNoteKind.Unknown or PlanNoteKind.NoAuthority or PlanNoteKind.Zone)
            _out.UnionWith(identities);
        _notes.Add(new PlanNote(kind, about, text, ticket) { Sources = SourcesOf(identities) });
    }

    private static ImmutableArray<SourceId> SourcesOf(ImmutableArray<WantedIdentity> identities) => [.. identities.Select(identity => identity.Source).OfType<SourceId>().Distinct()];

    private static string List(IEnumerable<IPAddress> addresses) => string.Join(", ", addresses);

    private static string Names(IEnumerable<string> targets) => string.Join(", ", targets.Select(target => target.TrimEnd('.')));
}

using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Core.Sources;

namespace Namesake.Core.Firewall.Planning;

/// <summary>Variant 2: which translation makes the outside see what DNS says. Pure.</summary>
/// <remarks>
/// <para>The table is ours alone and whole: what it is replaces what it was, in one step. It is met before general rules for leaving packets, and is for TCP port 25 only.</para>
/// <para>IPv6 is not translated: there an address is pinned by binding the socket, and translation would only hide it.</para>
/// </remarks>
public sealed class NatPlanner
{
    private readonly NatPlanRequest _request;
    private readonly List<PlanNote> _notes = [];
    private readonly NatRules? _others;

    private NatPlanner(NatPlanRequest request)
    {
        _request = request;
        _others = request.Reading?.Rules is { } rules ? OtherRules.Of(rules, request.Firewall.OwnChain) : null;
    }

    public static Plan Make(NatPlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new NatPlanner(request).Make();
    }

    private Plan Make()
    {
        var wanted = _request.Wanted.Where(CanBeTranslated).GroupBy(identity => identity.Local).Where(HasOneAddress).SelectMany(group => group)
            .GroupBy(identity => identity.Public).Where(HasOneName).SelectMany(group => group).ToImmutableArray();
        var steps = ImmutableArray<PlanStep>.Empty;
        if (_request.Reading is { Trouble: { } trouble })
            Note(PlanNoteKind.Unknown, _request.Firewall.Name, $"{_request.Firewall.Name} can't be read: {trouble}. Nothing is planned", wanted);
        else if (Change(wanted) is { } change && IsWithin(change))
            steps = [new PlanStep("translation", [change], WaitsUntilSeen: false)];
        return new Plan
        {
            Id = _request.Id,
            Kind = PlanKind.Nat,
            MadeAt = _request.Now,
            Node = _request.Node,
            Limits = _request.Limits,
            Wanted = wanted,
            Steps = steps,
            // Of five sources behind one address each has the same to say of it.
            Notes = [.. _notes.GroupBy(note => (note.Kind, note.About, note.Text)).Select(same => same.First() with { Sources = [.. same.SelectMany(note => note.Sources).Distinct()] })],
        };
    }

    private bool CanBeTranslated(WantedIdentity identity)
    {
        var why = identity.Local.AddressFamily != identity.Public.AddressFamily ? $"{identity.Local} and {identity.Public} are of two families: no translation leads from one to the other"
            : identity.Local.AddressFamily == AddressFamily.InterNetworkV6 && !identity.Local.Equals(identity.Public)
                ? $"IPv6 is not translated: give {identity.Public} to this host and bind the source to it (localAddress: {identity.Public})"
            : null;
        if (why is null)
            return identity.Local.AddressFamily == AddressFamily.InterNetwork;
        Note(PlanNoteKind.Refused, identity.Local.ToString(), why, [identity]);
        return false;
    }

    private bool HasOneAddress(IGrouping<IPAddress, WantedIdentity> local)
    {
        var addresses = local.Select(identity => identity.Public).Distinct().ToList();
        if (addresses.Count == 1)
            return true;
        Note(PlanNoteKind.Refused, local.Key.ToString(), $"{local.Key} can't leave as {string.Join(" and as ", addresses)}: translation tells connections apart by the address they come from", [.. local]);
        return false;
    }

    /// <summary>EG-09 and EH-08: receivers see one address, look up its one PTR name, and compare.</summary>
    private bool HasOneName(IGrouping<IPAddress, WantedIdentity> address)
    {
        // What a plan about some sources leaves as it is shares addresses with them all the same.
        var beside = _request.IsAll ? [] : _request.Beside.Where(identity => identity.Public.Equals(address.Key)).ToList();
        var staying = _request.IsAll ? [] : Kept().Where(mapping => mapping.Public.Equals(address.Key)).Select(mapping => mapping.Local).ToList();
        var names = address.Concat(beside).Select(identity => identity.Ehlo).Distinct().ToList();
        var locals = address.Concat(beside).Select(identity => identity.Local).Concat(staying).Distinct().ToList();
        if (staying.Except(beside.Select(identity => identity.Local)).ToList() is { Count: > 0 } nameless)
            Note(PlanNoteKind.Advice, address.Key.ToString(), $"{string.Join(", ", nameless)} leaves as {address.Key} too, by a mapping that stays: it must say {names[0]}, for the address has one PTR record", [.. address]);
        if (names.Count == 1 && (locals.Count == 1 || _request.Mode == SharingMode.Shared))
            return true;
        Note(PlanNoteKind.Refused, address.Key.ToString(), names.Count > 1
            ? $"{string.Join(" and ", names)} can't both leave as {address.Key}: an address has one PTR record and so one name; receivers that compare would refuse the others (EH-08). Give each name a public address, or all of them one neutral name"
            : $"{string.Join(", ", locals)} would share {address.Key}, and the mode is exclusive: give each a public address, or plan with --mode shared", [.. address]);
        return false;
    }

    private TranslationChange? Change(ImmutableArray<WantedIdentity> wanted)
    {
        var old = _request.Reading?.Ours;
        var kept = _request.IsAll ? [] : Kept();
        var made = wanted.DistinctBy(identity => identity.Local).Where(NeedsMapping).Select(identity => new Mapping(identity.Local, identity.Public));
        var mappings = kept.Concat(made).OrderBy(mapping => mapping.Local, AddressOrder.Instance).ToImmutableArray();
        var table = mappings.IsEmpty ? null : new TranslationTable(mappings) { User = _request.User, Device = _request.Device };
        if (table is null ? old is null : table.Equals(old))
            return null;
        var different = mappings.Except(old?.Mappings ?? []).Select(mapping => mapping.Local).Concat((old?.Mappings ?? []).Except(mappings).Select(mapping => mapping.Local)).ToHashSet();
        var concerned = wanted.Where(identity => different.Count == 0 || different.Contains(identity.Local)).ToImmutableArray();
        Note(PlanNoteKind.Advice, "live connections", "Translation is decided on a connection's first packet: mail connections that stand keep their old address. They are closed when the plan is applied, where that can be done", []);
        return new TranslationChange
        {
            By = _request.Firewall.Id,
            Old = old,
            New = table,
            Reason = table is null ? "no source needs translation any more" : $"{Count(mappings.Length, "address")} {(mappings.Length == 1 ? "leaves" : "leave")} for TCP port 25 under the address that DNS knows",
            Ends = ["EG-01", "EG-04", "EG-10"],
            Sources = [.. concerned.Select(identity => identity.Source).OfType<SourceId>().Distinct()],
        };
    }

    /// <summary>Mappings of ours that this plan is not about.</summary>
    private IEnumerable<Mapping> Kept()
    {
        var concerned = _request.Wanted.Select(identity => identity.Local).ToHashSet();
        return (_request.Reading?.Ours?.Mappings ?? []).Where(mapping => !concerned.Contains(mapping.Local));
    }

    /// <summary>What the rules of others make of its packets now, ours left aside.</summary>
    private bool NeedsMapping(WantedIdentity identity)
    {
        var (local, wanted) = (identity.Local, identity.Public);
        // What is ours and right stays: taking it away because somebody now does the same would be a change for nothing.
        var isOurs = _request.Reading?.Ours?.Mappings.Contains(new Mapping(local, wanted)) == true;
        if (!local.Equals(wanted) && _request.IsHere(wanted) == false)
            Note(PlanNoteKind.Advice, wanted.ToString(), $"{wanted} is on no interface of {_request.Firewall.Name}: answers come back only if they are routed to it", [identity]);
        if (_others is null)
            return !local.Equals(wanted);
        var now = NatWalk.Of(_others, local, _request.Device);
        if (now.Diverted is { } diverted)
            Note(PlanNoteKind.Foreign, local.ToString(), $"{diverted.Place} leads mail from {local} elsewhere ({diverted.Text}): no translation of the source helps against that. Take TCP port 25 out of it", [identity]);
        if (now.Translated is { Action: NatAction.Snat { To: var to } } rule && to.First.Equals(wanted) && to.Last.Equals(wanted) && now.Perhaps.IsEmpty && !isOurs)
        {
            Note(PlanNoteKind.Right, local.ToString(), $"{local} leaves as {wanted} already, by {rule.Place} ({rule.Text})", [identity]);
            return false;
        }

        if (_request.Firewall.Priority is { } priority)
            NoteShadow(priority, identity);
        if (!local.Equals(wanted) || isOurs)
            return true;
        // It has its public address itself: only a rule of others could take that from it.
        if (now.Translated is null && now.Perhaps.IsEmpty)
        {
            Note(PlanNoteKind.Right, local.ToString(), $"{local} leaves as itself: no rule translates it", [identity]);
            return false;
        }

        return true;
    }

    /// <summary>EG-10: the first rule that translates wins, and chains of a lower priority are met before ours.</summary>
    private void NoteShadow(int priority, WantedIdentity identity)
    {
        var earlier = OtherRules.Before(_request.Reading!.Rules!, _request.Firewall.OwnChain, priority);
        var met = NatWalk.Of(earlier, identity.Local, _request.Device);
        var remedy = $"move it behind priority {priority}, or take TCP port 25 out of it";
        if (met.Translated is { } rule)
            Note(PlanNoteKind.Foreign, identity.Local.ToString(), $"{rule.Place} ({rule.Text}) is met before our table and translates first (EG-10): {remedy}", [identity]);
        else if (met.Perhaps.FirstOrDefault() is { } perhaps)
            Note(PlanNoteKind.Advice, identity.Local.ToString(), $"{perhaps.Place} ({perhaps.Text}) is met before our table, and whether it takes mail of {identity.Local} can't be seen from here (EG-10): if it does, {remedy}", [identity]);
    }

    private bool IsWithin(TranslationChange change)
    {
        var limits = _request.Limits;
        var (before, after) = (change.Old?.Mappings ?? [], change.New?.Mappings ?? []);
        var made = after.Except(before).Count();
        var staying = after.Select(mapping => mapping.Local).ToHashSet();
        var gone = before.Count(mapping => !staying.Contains(mapping.Local));
        var text = after.Length > _request.Firewall.Limit && after.Length > before.Length
            ? $"{after.Length} mappings are more than the {_request.Firewall.Limit} that {_request.Firewall.Name} may have (limit: of the firewall in the configuration)"
            : made > limits.Changes ? $"{made} mappings made or changed are more than the {limits.Changes} a plan may have (--changes raises it for this plan; --source takes fewer)"
            : gone > limits.Removals ? $"{gone} mappings removed are more than the {limits.Removals} a plan may remove (--removals raises it for this plan)"
            : null;
        if (text is not null)
            _notes.Add(new PlanNote(PlanNoteKind.Refused, "the plan", $"{text}. Nothing is planned"));
        return text is null;
    }

    private void Note(PlanNoteKind kind, string about, string text, ImmutableArray<WantedIdentity> identities) =>
        _notes.Add(new PlanNote(kind, about, text) { Sources = [.. identities.Select(identity => identity.Source).OfType<SourceId>().Distinct()] });

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}es";
}

using System.Collections.Immutable;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Planning;

public sealed partial class DnsPlanner
{
    private readonly List<RecordChange> _pointersGone = [];
    private readonly List<RecordChange> _addressesGone = [];

    /// <summary>The PTR record first: until it is gone the name it gives must lead back.</summary>
    private void PlanLeaving(WantedIdentity identity)
    {
        if (_request.Wanted.Any(other => other.Public.Equals(identity.Public)))
            return; // Another source leaves under it; its PTR record is that one's.
        if (Find(ReverseName.Of(identity.Public), RecordType.Ptr) is { } pointer && IsClear(pointer, identity.Public.ToString(), $"the PTR record of {identity.Public}", [identity]))
            Remove(pointer, $"{identity.Ehlo}.", $"the PTR record of {identity.Public}", identity, _pointersGone);
        var type = identity.Public.RecordType();
        if (!_request.AlsoAt(identity.Ehlo).Contains(identity.Public) && Find(identity.Ehlo, type) is { Survey.Steps.Length: 1 } address
            && IsClear(address, identity.Ehlo.Value, $"the {type.Word()} record of {identity.Ehlo}", [identity]))
            Remove(address, identity.Public.ToString(), $"the {type.Word()} record of {identity.Ehlo}", identity, _addressesGone);
    }

    private void Remove(SeenRecords seen, string value, string what, WantedIdentity identity, List<RecordChange> changes)
    {
        var (owner, zone) = (seen.Survey.Last!.At, seen.Survey.Last.Zone!);
        // Several addresses that leave one name are one change.
        var earlier = changes.FindIndex(change => change.Name == owner && change.Type == seen.Survey.Type);
        // What another source of the name gets in this same plan is there by then.
        var before = _addresses.Find(change => change.Name == owner && change.Type == seen.Survey.Type)?.New ?? seen.Held?.Set;
        var held = earlier >= 0 ? changes[earlier].New : before;
        if (held is null || !held.Values.Contains(value, StringComparer.OrdinalIgnoreCase))
            return;
        if (!IsOurs(owner, seen.Survey.Type, seen.Held!.Set) || !_request.Owned(owner, seen.Survey.Type)!.Added.Contains(value, StringComparer.OrdinalIgnoreCase))
        {
            Note(PlanNoteKind.Foreign, identity.Public.ToString(), $"{what} ({string.Join(", ", held.Values)}) was not written by a plan, or was changed since: it stays", [identity]);
            return;
        }

        var left = held.Values.Where(other => !other.Equals(value, StringComparison.OrdinalIgnoreCase)).ToImmutableArray();
        var change = new RecordChange
        {
            By = seen.Provider!.Id,
            Zone = zone,
            Name = owner,
            Type = seen.Survey.Type,
            Old = before,
            New = left.IsEmpty ? null : held with { Values = left },
            Reason = $"{identity.Public} and {identity.Ehlo} are given up",
            Sources = SourcesOf([identity]),
            EarliestGreen = seen.Survey.Remembered is { } remembered ? _request.Now + remembered : null,
        };
        if (earlier >= 0)
            changes[earlier] = change with { Sources = [.. changes[earlier].Sources.Union(change.Sources)] };
        else
            changes.Add(change);
    }
}

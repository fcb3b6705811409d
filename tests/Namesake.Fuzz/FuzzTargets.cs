using System.Collections.Frozen;
using Namesake.Fuzz.Targets;

namespace Namesake.Fuzz;

/// <summary>All targets by the name of their corpus folder.</summary>
public static class FuzzTargets
{
    public static readonly FrozenDictionary<string, FuzzTarget> All = new Dictionary<string, FuzzTarget>
    {
        ["address-list"] = HeaderTargets.AddressList,
        ["bounce"] = BounceTarget.Bounce,
        ["chunk"] = ContentTargets.Chunk,
        ["command"] = CommandTargets.Command,
        ["content"] = ContentTargets.Content,
        ["dkim"] = DkimTargets.Message,
        ["dkim-key"] = DkimTargets.Key,
        ["domain-name"] = AddressTargets.DomainName,
        ["header"] = HeaderTargets.Header,
        ["ip-range"] = AddressTargets.IPRange,
        ["mailbox"] = AddressTargets.Mailbox,
        ["queue-filter"] = QueueFilterTarget.QueueFilter,
        ["received"] = HeaderTargets.Received,
        ["refusal"] = RefusalTarget.Refusal,
        ["reply"] = ReplyTargets.Reply,
        ["reply-text"] = ReplyTargets.ReplyText,
        ["session"] = SessionTarget.Session,
        ["stuffing"] = ContentTargets.Stuffing,
    }.ToFrozenDictionary();
}

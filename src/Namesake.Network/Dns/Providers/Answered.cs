using System.Collections.Immutable;
using System.Net;
using Namesake.Core.Dns;
using Namesake.Core.Plans;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Dns.Providers;

/// <param name="Message">Null: there was no answer, and <paramref name="Trouble"/> says why.</param>
/// <param name="Pointers">The data of its PTR records with their case.</param>
/// <param name="WasSent">False: it never left, nothing can have come of it.</param>
internal sealed record Answered(WireMessage? Message, SignatureSight Signature, ImmutableArray<string> Pointers, bool WasSent, string Trouble)
{
    /// <summary>What it says of the records of a name and type; whether it is to be believed is looked at before.</summary>
    public RecordReading ReadingOf(IPEndPoint server, DomainName zone, DomainName name, RecordType type)
    {
        const int NoError = 0, NameError = 3;
        if (Message is not { } message)
            return new RecordReading(null, Trouble);
        if (message.ResponseCode is not NoError and not NameError)
            return new RecordReading(null, $"{server} says {ResponseCodes.Word(message.ResponseCode)}");
        if (!message.Authoritative)
            return new RecordReading(null, $"{server} has no authority over {zone}");
        var own = message.Answers.Where(record => record.Owner == name.Value).ToList();
        if (own.Find(record => record.Type == (int)RecordType.CName) is { } alias)
            return new RecordReading(null, $"{name} is an alias of {alias.Target}") { Instead = Instead.Alias };
        var records = own.Where(record => record.Type == (int)type).ToList();
        return new RecordReading(records.Count == 0 ? null : RecordSet.Of((int)records.Min(record => record.Ttl).TotalSeconds,
            type == RecordType.Ptr ? Pointers.AsSpan() : [.. records.Select(record => record.Address!.ToString())]), null);
    }
}

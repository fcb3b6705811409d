using Namesake.Core.Dns;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Fuzz.Targets;

internal static class DnsTargets
{
    private static readonly RecordType[] Types = Enum.GetValues<RecordType>();

    /// <summary>What a hostile name server, or somebody in its place, answers.</summary>
    public static void Message(ReadOnlySpan<byte> input)
    {
        var size = input.Length;
        WireMessage message;
        try
        {
            message = WireMessage.Parse(input);
        }
        catch (FormatException)
        {
            return;
        }
        var records = message.Answers.Concat(message.Authorities).Concat(message.Additionals).ToList();
        Promise.That(records.Count <= 2000 && records.Count * 11 <= input.Length);
        Promise.That(records.All(record => record.Owner.Length <= 4 * 255 && record.Target.Length <= 4 * 255 && record.Ttl >= TimeSpan.Zero));
        Promise.That(records.All(record => (record.Text?.Length ?? 0) <= size));
        if (!DomainName.TryParse(message.Question?.Name, out var name, out _))
            return;
        foreach (var type in Types)
        {
            var all = DnsReading.Of(message, name, type);
            Promise.That(all.Aliases.Length <= DnsReading.MaxAliases && all.Aliases.Distinct().Count() == all.Aliases.Length && !all.Aliases.Contains(name));
            Promise.That(all.Outcome != DnsOutcome.Answer || !all.Records.IsEmpty || type == RecordType.CName);
            Promise.That(all.Records.All(record => record.Value is not null));
            var one = DnsReading.Of(message, name, type, follow: false);
            Promise.That(one.Aliases.Length <= 1 && (one.Next is null || one.Next == one.Aliases[0]));
        }
    }
}

using System.Net;
using System.Text;
using Namesake.Core.Dns;

namespace Namesake.Core.Plans.Applying;

/// <summary>Compares records as a zone file has them with records as an answer has them.</summary>
internal static class RecordWords
{
    /// <summary>CNAMEs are followed by who asks, and of other types we read only parts.</summary>
    public static bool IsComparable(RecordType type) => type is RecordType.A or RecordType.Aaaa or RecordType.Ptr or RecordType.NS or RecordType.MX or RecordType.Txt;

    public static bool Says(DnsAnswer answer, RecordSet? wanted) => answer.Outcome == DnsOutcome.Answer
        ? wanted is not null && answer.Records.Select(record => record.Value).Select(value => Plain(answer.Type, value)).Order(StringComparer.Ordinal)
            .SequenceEqual(wanted.Values.Select(value => Plain(answer.Type, answer.Type == RecordType.Txt ? Unquoted(value) : value)).Order(StringComparer.Ordinal), StringComparer.Ordinal)
        : wanted is null;

    /// <summary>What a server says, for a person.</summary>
    public static string Said(DnsAnswer answer) => answer.Outcome == DnsOutcome.Answer ? string.Join(", ", answer.Records.Select(record => record.Value)) : "that there is none";

    /// <summary>As <see cref="DnsRecord.Value"/> has it.</summary>
    public static string Plain(RecordType type, string value) => type switch
    {
        RecordType.A or RecordType.Aaaa => IPAddress.TryParse(value, out var address) ? address.ToString() : value,
        RecordType.Txt => value,
        _ => value.TrimEnd('.').ToLowerInvariant(),
    };

    /// <summary>"v=spf1" "-all" as a zone file has it (RFC 1035 §5.1): strings are put together, \" and \DDD are one character.</summary>
    private static string Unquoted(string value)
    {
        if (!value.Contains('"', StringComparison.Ordinal))
            return value;
        var text = new StringBuilder();
        var inside = false;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 3 < value.Length && byte.TryParse(value.AsSpan(i + 1, 3), System.Globalization.NumberStyles.None, null, out var octet))
            {
                text.Append((char)octet);
                i += 3;
            }
            else if (value[i] == '\\' && i + 1 < value.Length)
                text.Append(value[++i]);
            else if (value[i] == '"')
                inside = !inside;
            else if (inside)
                text.Append(value[i]);
        }
        return text.ToString();
    }
}

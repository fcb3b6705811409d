using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Checks;

/// <summary>TXT records in words and as a zone file has them.</summary>
internal static class TextRecords
{
    /// <summary>Strings of at most 255 octets, which readers join. RFC 1035 §3.3.14</summary>
    public static string Record(DomainName owner, string text) => $"{owner}. TXT {string.Join(' ', text.Chunk(255).Select(part => $"\"{new string(part)}\""))}";

    /// <summary>Why there is nothing to read: nobody spoke, or no record is there.</summary>
    public static string Absent(DnsEvidence evidence) =>
        evidence.Voices is [var voice, ..] && voice.Outcome == DnsOutcome.Answer ? $"{evidence.Name} has no such TXT record" : evidence.Describe();

    public static string Short(string text) => text.Length <= 120 ? text : $"{text[..100]}…";
}

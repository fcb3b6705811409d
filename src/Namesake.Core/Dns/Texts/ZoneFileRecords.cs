using System.Collections.Immutable;
using System.Globalization;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Dns.Texts;

/// <param name="Owner">Null: no name that could be one of ours.</param>
/// <param name="Ttl">As it stands there; null: none, or one with units.</param>
/// <param name="Origin">For names without a dot at their end.</param>
internal sealed record ZoneFileRecord(ZoneFileEntry Entry, DomainName? Owner, int? Ttl, string Type, ImmutableArray<ZoneFileToken> Data, DomainName Origin);

/// <summary>The records of a zone file with their owners.</summary>
internal sealed record ZoneFileRecords(ImmutableArray<ZoneFileRecord> Records, DomainName LastOrigin)
{
    public ZoneFileRecord? After(ZoneFileRecord record) => Records.IndexOf(record) is var at && at + 1 < Records.Length ? Records[at + 1] : null;

    public static ZoneFileRecords? Of(ImmutableArray<ZoneFileEntry> entries, DomainName zone, out string fault)
    {
        var records = ImmutableArray.CreateBuilder<ZoneFileRecord>();
        var origin = zone;
        DomainName? owner = null;
        foreach (var entry in entries)
        {
            var tokens = entry.Tokens;
            var place = $"line {entry.First + 1}";
            if (entry.HasOwner && tokens[0].Text.StartsWith('$'))
            {
                switch (tokens[0].Text.ToUpperInvariant())
                {
                    case "$TTL":
                        continue;
                    case "$ORIGIN" when tokens.Length > 1 && Name(tokens[1].Text, origin) is { } next:
                        origin = next;
                        continue;
                    default:
                        fault = $"{place}: {tokens[0].Text} makes records that are not seen here: change the file by hand";
                        return null;
                }
            }

            if (entry.HasOwner)
            {
                owner = Name(tokens[0].Text, origin);
                tokens = tokens.RemoveAt(0);
            }

            int? ttl = null;
            // TTL and class stand in either order, or not at all.
            while (tokens.Length > 0 && (char.IsAsciiDigit(tokens[0].Text[0]) || tokens[0].Text.ToUpperInvariant() is "IN" or "CH" or "HS"))
            {
                if (char.IsAsciiDigit(tokens[0].Text[0]))
                    ttl = int.TryParse(tokens[0].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
                tokens = tokens.RemoveAt(0);
            }

            if (tokens.Length < 2)
            {
                fault = $"{place} is no record";
                return null;
            }

            records.Add(new ZoneFileRecord(entry, owner, ttl, tokens[0].Text.ToUpperInvariant(), tokens.RemoveAt(0), origin));
        }

        fault = "";
        return new ZoneFileRecords(records.ToImmutable(), origin);
    }

    private static DomainName? Name(string text, DomainName origin) =>
        text == "@" ? origin : DomainName.TryParse(text.EndsWith('.') ? text[..^1] : $"{text}.{origin}", out var name, out _) ? name : null;
}

using System.Collections.Immutable;
using System.Net;

namespace Namesake.Core.Receivers.Replies;

/// <summary>Which of the values in a reply are the ones it is about.</summary>
internal static class ReplyQuotes
{
    public static QuotedValues Of(
        ImmutableArray<string> lines, ReadOnlySpan<ReplyPart> parts, ReadOnlySpan<ushort> tokens, ReadOnlySpan<ushort> origins, Lexicon lexicon, ReplyScene scene, bool isIdentity)
    {
        if (parts.IsEmpty)
            return QuotedValues.Nothing;
        IPAddress? address = null;
        string? url = null, list = null;
        foreach (var part in parts)
        {
            switch (part.Kind)
            {
                case ReplyPartKind.Address when QuotedAddress.TryRead(Text(lines, part), out var read) && (address is null || read.Equals(scene.Address)):
                    address = read;
                    break;
                case ReplyPartKind.Url when url is null:
                    url = Text(lines, part).ToString();
                    break;
                case ReplyPartKind.List when list is null:
                    list = Text(lines, part).ToString().ToLowerInvariant();
                    break;
            }
        }

        var name = isIdentity ? NameIn(lines, parts, tokens, origins, lexicon, scene) : null;
        return address is null && url is null && list is null && name is null ? QuotedValues.Nothing : new QuotedValues(address, name, url, list);
    }

    /// <summary>Ours if it is there; else the one nearest to what is spoken of. The receiver calls itself by its own name too, in front.</summary>
    private static string? NameIn(ImmutableArray<string> lines, ReadOnlySpan<ReplyPart> parts, ReadOnlySpan<ushort> tokens, ReadOnlySpan<ushort> origins, Lexicon lexicon, ReplyScene scene)
    {
        string? nearest = null;
        var least = int.MaxValue;
        var receiver = scene.Host is { } host ? RegistrableDomain.Of(host.TrimEnd('.').ToLowerInvariant()) : null;
        foreach (var part in parts)
        {
            if (part.Kind is not (ReplyPartKind.Name or ReplyPartKind.Bracketed))
                continue;
            var text = Text(lines, part);
            if (scene.Ehlo is { } ours && text.Equals(ours, StringComparison.OrdinalIgnoreCase))
                return text.ToString().ToLowerInvariant();
            var distance = Distance(part.At, tokens, origins, lexicon);
            if (distance >= least || (part.Kind == ReplyPartKind.Bracketed && distance > 2))
                continue;
            var name = text.ToString().ToLowerInvariant();
            if (receiver is not null && RegistrableDomain.Of(name) == receiver)
                continue;
            (nearest, least) = (name, distance);
        }

        return nearest;
    }

    private static int Distance(int at, ReadOnlySpan<ushort> tokens, ReadOnlySpan<ushort> origins, Lexicon lexicon)
    {
        var least = int.MaxValue;
        for (var i = 0; i < tokens.Length; i++)
            if (tokens[i] == lexicon.Ehlo || tokens[i] == lexicon.Pointer)
                least = Math.Min(least, Math.Abs(origins[i] - at));
        return least;
    }

    private static ReadOnlySpan<char> Text(ImmutableArray<string> lines, ReplyPart part) => lines[part.Line].AsSpan(part.Start, part.Length);
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Smtp.Commands;

/// <summary>Reads <c>FROM:&lt;…&gt;</c> and <c>TO:&lt;…&gt;</c>. RFC 5321 §4.1.2</summary>
/// <remarks>Spaces behind the colon are tolerated (old mailers put one), source routes read and forgotten (RFC 5321 §4.1.1.3, appendix C); the angle brackets are not optional.</remarks>
internal static class PathReader
{
    /// <summary>Splits the arguments into what stands between the angle brackets and what follows them.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> arguments, ReadOnlySpan<byte> keyword, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> parameters)
    {
        path = parameters = default;
        if (arguments.Length < keyword.Length || !Ascii.EqualsIgnoreCase(arguments[..keyword.Length], keyword))
            return false;
        var rest = arguments[keyword.Length..].TrimStart((byte)' ');
        if (rest.IsEmpty || rest[0] != '<')
            return false;
        var end = EndOf(rest);
        if (end < 0 || (end + 1 < rest.Length && rest[end + 1] is not ((byte)' ' or (byte)'\t')))
            return false;
        path = rest[1..end];
        parameters = rest[(end + 1)..];
        return true;
    }

    public static bool TryReadMailbox(ReadOnlySpan<byte> path, [NotNullWhen(true)] out Mailbox? mailbox, [NotNullWhen(false)] out string? error)
    {
        if (!path.IsEmpty && path[0] == '@')
        {
            var colon = path.IndexOf((byte)':');
            if (colon < 0 || !IsRoute(path[..colon]))
            {
                mailbox = null;
                error = "the source route is malformed";
                return false;
            }
            path = path[(colon + 1)..];
        }
        return Mailbox.TryParse(path, allowUtf8: true, out mailbox, out error);
    }

    private static bool IsRoute(ReadOnlySpan<byte> route)
    {
        if (route.Length > Mailbox.MaxOctets)
            return false;
        foreach (var hop in Encoding.UTF8.GetString(route).Split(','))
            if (hop.Length < 2 || hop[0] != '@' || !DomainName.TryParse(hop[1..], out _, out _))
                return false;
        return true;
    }

    private static int EndOf(ReadOnlySpan<byte> text)
    {
        var quoted = false;
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'>' when !quoted:
                    return i;
            }
        }
        return -1;
    }
}

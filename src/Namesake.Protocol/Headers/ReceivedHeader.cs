using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Headers;

/// <summary>Writes the trace line that every host adds. RFC 5321 §4.4</summary>
/// <remarks>It names nobody but who the caller names: a brand's mail carries that brand's host name in <c>by</c> and no product's name. The client's own name is hostile text; it
/// stands in the line as a domain or literal, or as a comment of harmless characters.</remarks>
public static class ReceivedHeader
{
    /// <summary>Lines are folded here where there is a space to fold at. RFC 5322 §2.1.1</summary>
    private const int FoldAt = 78;

    private const int MaxHelloComment = 64;

    /// <param name="clientName">Argument of EHLO, or null.</param>
    /// <param name="client">Null to leave it out.</param>
    /// <param name="id">Our id of the message; characters other than letters, digits, dots and hyphens are left out.</param>
    /// <param name="recipient">The recipient, when there is only one: naming one of several would tell the others of a blind copy. RFC 5321 §7.6</param>
    public static void Write(
        IBufferWriter<byte> output, string? clientName, IPAddress? client, HostName by, TransmissionType with, string id, DateTimeOffset at, Mailbox? recipient)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(by);
        ArgumentNullException.ThrowIfNull(id);
        var line = new StringBuilder("Received:", 320);
        var column = line.Length;
        AddFrom(line, ref column, clientName, client);
        var mark = Mark(id);
        var last = recipient is null ? ";" : "";
        Fold(line, ref column);
        AddWord(line, ref column, $"by {by}");
        AddWord(line, ref column, mark.Length > 0 ? $"with {with}" : $"with {with}{last}");
        if (mark.Length > 0)
            AddWord(line, ref column, $"id {mark}{last}");
        if (recipient is not null)
        {
            Fold(line, ref column);
            AddWord(line, ref column, $"for <{recipient}>;");
        }
        Fold(line, ref column);
        AddWord(line, ref column, Date(at));
        Encoding.UTF8.GetBytes(line.Append("\r\n").ToString(), output);
    }

    private static string Mark(string id)
    {
        foreach (var c in id)
            if (!IsOfMark(c))
                return string.Concat(id.Where(IsOfMark));
        return id;
    }

    private static bool IsOfMark(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-';

    private static void AddFrom(StringBuilder line, ref int column, string? clientName, IPAddress? client)
    {
        var literal = client is null ? null : Literal(client);
        string? comment = null;
        var name = clientName is null ? literal : Hello(clientName, out comment);
        if (name is null)
            return;
        AddWord(line, ref column, $"from {name}");
        if (comment is not null)
            AddWord(line, ref column, comment);
        if (literal is not null)
            AddWord(line, ref column, $"({literal})");
    }

    private static string Hello(string name, out string? comment)
    {
        comment = null;
        if (DomainName.TryParse(name, out var domain, out _))
            return domain.Value;
        if (name.Length > 2 && name[0] == '[' && name[^1] == ']' && IsLiteral(name[1..^1]))
            return name;
        var harmless = string.Concat(name.Take(MaxHelloComment).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' ? c : '?'));
        comment = harmless.Length == 0 ? null : $"(said {harmless})";
        return "unknown";
    }

    private static bool IsLiteral(string text) =>
        text.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? IsAddress(text[5..], AddressFamily.InterNetworkV6) : IsAddress(text, AddressFamily.InterNetwork);

    private static bool IsAddress(string text, AddressFamily family) =>
        text.All(c => char.IsAsciiHexDigit(c) || c is '.' or ':') && IPAddress.TryParse(text, out var address) && address.AddressFamily == family;

    private static string Literal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork ? $"[{address}]" : $"[IPv6:{new IPAddress(address.GetAddressBytes())}]"; // without a zone
    }

    private static string Date(DateTimeOffset at)
    {
        var offset = at.Offset.Duration();
        return string.Create(CultureInfo.InvariantCulture, $"{at:ddd, dd MMM yyyy HH:mm:ss} {(at.Offset < TimeSpan.Zero ? '-' : '+')}{offset.Hours:00}{offset.Minutes:00}");
    }

    private static void AddWord(StringBuilder line, ref int column, string word)
    {
        if (column > 1 && column + 1 + word.Length > FoldAt)
            Fold(line, ref column);
        if (column > 1)
        {
            line.Append(' ');
            column++;
        }
        line.Append(word);
        column += word.Length;
    }

    private static void Fold(StringBuilder line, ref int column)
    {
        line.Append("\r\n\t");
        column = 1;
    }
}

using Namesake.Protocol.Addresses;

namespace Namesake.Protocol.Smtp.Client;

/// <summary>The name a server gives itself: the first word of its greeting, and of its answer to EHLO. RFC 5321 §4.2 and §4.1.1.1</summary>
public static class GreetingName
{
    /// <summary>Null when the line begins with no host name: a single word such as "ESMTP", an address literal, stars that a firewall has put over it.</summary>
    /// <param name="firstLine">Without the reply code. Hostile text of any length.</param>
    public static DomainName? Of(string firstLine)
    {
        ArgumentNullException.ThrowIfNull(firstLine);
        var line = firstLine.AsSpan(0, Math.Min(firstLine.Length, DomainName.MaxLength + 2)).TrimStart();
        var end = line.IndexOf(' ');
        var word = end < 0 ? line : line[..end];
        return word.TrimEnd('.').Contains('.') && DomainName.TryParse(word.ToString(), out var name, out _) ? name : null;
    }
}

using System.Diagnostics.CodeAnalysis;

namespace Namesake.Protocol.Addresses;

/// <summary>A domain name fit to be said in EHLO: at least two labels of letters, digits and hyphens, and not one of the names that receivers refuse unseen.
/// RFC 5321 §4.1.1.1; checks EH-02 and EH-03</summary>
public sealed record HostName
{
    private HostName(DomainName domain) => Domain = domain;

    public DomainName Domain { get; }

    /// <summary>The name as it is sent: lower case, A-labels, no trailing dot.</summary>
    public string Value => Domain.Value;

    public static implicit operator DomainName(HostName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Domain;
    }

    /// <summary>Refuses with the check's id and what is wrong, fit for a person.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out HostName? name, [NotNullWhen(false)] out string? error)
    {
        name = null;
        error = text is null ? null : AddressFault(text.Trim());
        if (error is not null)
            return false;
        if (!DomainName.TryParse(text, out var domain, out error))
        {
            error = "EH-02: " + error;
            return false;
        }
        return TryCreate(domain, out name, out error);
    }

    /// <summary>The same rules for a name that is parsed already.</summary>
    public static bool TryCreate(DomainName domain, [NotNullWhen(true)] out HostName? name, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(domain);
        error = Fault(domain.Value);
        name = error is null ? new HostName(domain) : null;
        return error is null;
    }

    /// <summary>For literals and tests.</summary>
    /// <exception cref="FormatException">The text is no host name; the message says why.</exception>
    public static HostName Parse(string text) =>
        TryParse(text, out var name, out var error) ? name : throw new FormatException($"\"{text}\" is no host name: {error}.");

    public override string ToString() => Value;

    private static string? AddressFault(string text) =>
        text.StartsWith('[') || System.Net.IPAddress.TryParse(text, out _)
            ? "EH-03: an address or address literal is no host name; receivers want a name that resolves to the address"
            : null;

    private static string? Fault(string value)
    {
        if (value.AsSpan().IndexOfAny('_', '/') is >= 0 and var at)
            return $"EH-02: '{value[at]}' cannot stand in a host name";
        var top = value[(value.LastIndexOf('.') + 1)..];
        if (top is "localhost" or "localdomain")
            return $"EH-03: \"{value}\" names every machine itself, so receivers refuse it";
        if (top.Length == value.Length)
            return "EH-03: a single label is not fully qualified; receivers want at least one dot";
        return top switch
        {
            "arpa" => "EH-03: names under .arpa describe addresses, not hosts",
            // RFC 6762 §3 and appendix G; ICANN reserved .internal in 2024.
            "local" or "lan" or "internal" or "intranet" or "private" or "corp" or "home" =>
                $"EH-03: .{top} exists only inside a network; no receiver can look it up",
            _ => null,
        };
    }
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Namesake.Protocol.Dkim;

namespace Namesake.Protocol.Dmarc;

/// <summary>What a domain wants to be done with mail that bears its name and can't show that it comes from it. RFC 9989 §4.7, before it RFC 7489 §6.3</summary>
public sealed record DmarcRecord
{
    private const string Version = "DMARC1";

    private DmarcRecord(string text) => Text = text;

    public string Text { get; }

    /// <summary><c>p=</c>; null when it is missing or nothing receivers know.</summary>
    public DmarcPolicy? Policy { get; private init; }

    /// <summary><c>sp=</c>, for names below the domain; null: as <see cref="Policy"/>.</summary>
    public DmarcPolicy? SubdomainPolicy { get; private init; }

    /// <summary><c>np=</c>, for names below the domain that don't exist; null: as <see cref="SubdomainPolicy"/>. RFC 9989 §4.7</summary>
    public DmarcPolicy? NonexistentPolicy { get; private init; }

    /// <summary><c>adkim=</c>: whether <c>d=</c> must be the very domain in From.</summary>
    public bool IsStrictForDkim { get; private init; }

    /// <summary><c>aspf=</c>: whether the return path must be of the very domain in From.</summary>
    public bool IsStrictForSpf { get; private init; }

    /// <summary><c>psd=</c>: true below which others register names, false where an organisation begins, null when it says neither. RFC 9989 §4.7</summary>
    public bool? IsPublicSuffix { get; private init; }

    /// <summary><c>t=y</c>: the policy is one step milder than it says.</summary>
    public bool IsTest { get; private init; }

    /// <summary><c>rua=</c>: where aggregate reports go.</summary>
    public ImmutableArray<string> AggregateReports { get; private init; } = [];

    /// <summary>What was ignored because nobody understands it, or because RFC 9989 took it away; for people.</summary>
    public ImmutableArray<string> Remarks { get; private init; } = [];

    /// <summary>Receivers apply it: <c>p=</c> is understood, missing (then none is meant), or wrong but reports are wanted. RFC 9989 §4.10.1</summary>
    public bool IsApplied { get; private init; }

    /// <summary>Whether a TXT record means to be a policy; other records at the name are passed over. RFC 9989 §4.10</summary>
    public static bool IsDmarc(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || text[..equals].Trim() != "v")
            return false;
        var end = text.IndexOf(';', equals) is >= 0 and var stop ? stop : text.Length;
        return text[(equals + 1)..end].Trim() == Version;
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out DmarcRecord? record, [NotNullWhen(false)] out TagFault? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        record = null;
        fault = IsDmarc(text) ? null : new TagFault(0, $"the record does not begin with v={Version}");
        if (fault is not null || !TagList.TryParse(text, out var tags, out fault))
            return false;
        var remarks = ImmutableArray.CreateBuilder<string>();
        var policy = PolicyOf(tags, "p", remarks);
        var reports = ImmutableArray.CreateRange((tags.Find("rua")?.Value ?? "").Split(',').Select(uri => uri.Trim()).Where(uri => uri.Length > 0));
        foreach (var uri in reports)
            if (!uri.Contains(':', StringComparison.Ordinal))
                remarks.Add($"rua={uri} is no URI: mail addresses begin with mailto:");
        foreach (var old in new[] { "pct", "rf", "ri" })
            if (tags.Find(old) is not null)
                remarks.Add($"{old}= was taken away by RFC 9989");
        record = new DmarcRecord(text)
        {
            Policy = policy,
            SubdomainPolicy = PolicyOf(tags, "sp", remarks),
            NonexistentPolicy = PolicyOf(tags, "np", remarks),
            IsStrictForDkim = OneOf(tags, "adkim", ["r", "s"], remarks) == "s",
            IsStrictForSpf = OneOf(tags, "aspf", ["r", "s"], remarks) == "s",
            IsPublicSuffix = OneOf(tags, "psd", ["y", "n", "u"], remarks) switch { "y" => true, "n" => false, _ => null },
            IsTest = OneOf(tags, "t", ["y", "n"], remarks) == "y",
            AggregateReports = reports,
            IsApplied = policy is not null || tags.Find("p") is null || reports.Any(uri => uri.Contains(':', StringComparison.Ordinal)),
            Remarks = remarks.DrainToImmutable(),
        };
        return true;
    }

    public bool Equals(DmarcRecord? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    public override string ToString() => Text;

    private static DmarcPolicy? PolicyOf(TagList tags, string name, ImmutableArray<string>.Builder remarks) => OneOf(tags, name, ["none", "quarantine", "reject"], remarks) switch
    {
        "none" => DmarcPolicy.None,
        "quarantine" => DmarcPolicy.Quarantine,
        "reject" => DmarcPolicy.Reject,
        _ => null,
    };

    // Values are compared without their case: RFC 9989 §4.8 writes them as ABNF strings.
    private static string? OneOf(TagList tags, string name, string[] known, ImmutableArray<string>.Builder remarks)
    {
        if (tags.Find(name) is not { } tag)
            return null;
        var value = tag.Value.ToLowerInvariant();
        if (known.Contains(value))
            return value;
        remarks.Add($"{name}={tag.Value} is none of {string.Join(", ", known)}");
        return null;
    }
}

public enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}

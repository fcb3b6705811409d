using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Namesake.Core.Plans;

/// <summary>A plan's name on the command line, in the API and as a folder: "dns-20261126-081500-7f3a".</summary>
public sealed record PlanId
{
    private PlanId(string value) => Value = value;

    public string Value { get; }

    /// <summary>One that no other plan has.</summary>
    public static PlanId New(PlanKind kind, DateTimeOffset at) => New(kind, at, (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1));

    /// <param name="chance">Keeps two plans of the same second apart.</param>
    public static PlanId New(PlanKind kind, DateTimeOffset at, ushort chance) =>
        new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{kind.Word()}-{at.UtcDateTime:yyyyMMdd-HHmmss}-{chance:x4}"));

    /// <summary>Letters, digits and hyphens, at most 64 and beginning with a letter: it names a folder.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PlanId? id)
    {
        id = text is { Length: > 0 and <= 64 } && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? new PlanId(text) : null;
        return id is not null;
    }

    public override string ToString() => Value;
}

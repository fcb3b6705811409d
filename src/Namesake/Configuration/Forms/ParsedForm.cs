using System.Diagnostics.CodeAnalysis;

namespace Namesake.Configuration.Forms;

/// <summary>The parse of a single value: like TryParse of the protocol's types.</summary>
internal delegate bool Parse<T>(string text, [MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out string? error);

/// <summary>A single value read by one function.</summary>
internal sealed class ParsedForm<T>(string typeName, Parse<T> parse, string? range = null, bool secret = false, Func<T, string>? show = null) : ScalarForm<T>
{
    public override string TypeName => typeName;

    public override string? Range => range;

    protected override bool IsSecret => secret;

    public override string Show(T value) => show is null ? base.Show(value) : show(value);

    protected override bool TryParse(string text, [MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out string? error) => parse(text, out result, out error);
}

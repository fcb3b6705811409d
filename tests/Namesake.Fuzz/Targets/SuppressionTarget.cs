using System.Text;
using Namesake.Core.Suppression;

namespace Namesake.Fuzz.Targets;

internal static class SuppressionTarget
{
    /// <summary>A line of a list that somebody imports.</summary>
    public static void Line(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (!ImportLine.TryRead(text, out var line, out var error))
        {
            Promise.That(error is { Length: > 0 and < 600 });
            return;
        }

        Promise.That(text.Length <= ImportLine.Longest);
        Promise.That(line.Reason is not { Length: > ImportLine.Longest });
        // What is stored can be asked for again.
        var key = SuppressionKey.Of(new("acme"), line.Address);
        Promise.That(key.Address.Length > 0 && key == SuppressionKey.Of(new("acme"), line.Address));
    }
}

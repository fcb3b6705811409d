using System.Globalization;

namespace Namesake.Core.Messages;

/// <summary>Names one <see cref="MailHold"/>; drawn from the message ids, so that no two nodes give the same; a freeze's is drawn from its submitter's name, so that all nodes do.</summary>
public readonly record struct HoldId(long Value)
{
    /// <summary>Lower-case hexadecimal, as message ids.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}

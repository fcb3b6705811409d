using Namesake.Core.Messages;

namespace Namesake.Storage.Postgres;

/// <summary>Recipients somebody chose, as two columns.</summary>
internal static class Chosen
{
    public static long[] Messages(IReadOnlyList<RecipientId> recipients) => [.. recipients.Select(recipient => recipient.Message.Value)];

    public static int[] Ordinals(IReadOnlyList<RecipientId> recipients) => [.. recipients.Select(recipient => recipient.Ordinal)];
}

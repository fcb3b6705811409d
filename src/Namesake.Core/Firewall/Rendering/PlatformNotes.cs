using System.Collections.Immutable;
using System.Globalization;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>What is to know on more platforms than one.</summary>
internal static class PlatformNotes
{
    public static ImmutableArray<string> Of(TranslationTable table, ImmutableArray<string> notes, bool knowsUsers = false) =>
        table.User is { } user && !knowsUsers
            ? [.. notes, string.Create(CultureInfo.InvariantCulture, $"The wish for packets of user {user} only can't be met here: the platform doesn't know who sent a packet. All mail from these addresses is translated.")]
            : notes;
}

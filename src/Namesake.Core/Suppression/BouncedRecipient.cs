using System.Collections.Immutable;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Bounces;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Suppression;

/// <summary>A recipient whom bounce messages call unknown: bounces go to the brand's own servers, so a person brings them here.</summary>
/// <param name="Messages">Bounces that say so.</param>
/// <param name="Reply">The last one's words.</param>
public sealed record BouncedRecipient(Mailbox Address, int Messages, string Reply)
{
    /// <summary>Those that so many bounces of a file name, in the order of the file. By the same rule as replies; who bounced otherwise is left out.</summary>
    public static ImmutableArray<BouncedRecipient> In(ReplyDocument document, int least)
    {
        ArgumentNullException.ThrowIfNull(document);
        var found = new Dictionary<string, (Mailbox Address, HashSet<int> Places, string Reply)>(StringComparer.Ordinal);
        // Refused at the final dot together: which of them is nobody, the receiver didn't say.
        var together = document.Replies.Where(heard => heard.Scene.Phase == SessionPhase.FinalDot).CountBy(heard => heard.Place).Where(one => one.Value > 1).Select(one => one.Key).ToHashSet();
        foreach (var heard in document.Replies)
        {
            if (!Mailbox.TryParse(heard.Recipient, allowUtf8: true, out var address, out _) || !ReplyPolicy.MaySuppress(ReplyClassifier.Classify(heard.Reply, heard.Scene), heard.Reply, heard.Scene.Phase)
                || (heard.Scene.Phase == SessionPhase.FinalDot && together.Contains(heard.Place)))
                continue;
            var key = address.ToString().ToLowerInvariant();
            var places = found.TryGetValue(key, out var known) ? known.Places : [];
            places.Add(heard.Place);
            found[key] = (address, places, SuppressionEntry.Cut(heard.Reply.ToString()));
        }

        return [.. found.Values.Where(one => one.Places.Count >= least).Select(one => new BouncedRecipient(one.Address, one.Places.Count, one.Reply))];
    }
}

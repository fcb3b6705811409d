using System.Collections.Immutable;
using Namesake.Configuration.Forms;
using Namesake.Core.Sources;

namespace Namesake.Configuration.Sections;

/// <summary>How a new address begins.</summary>
internal static class WarmUpSection
{
    public static readonly Key<DateOnly> From = Key.Required("from", Form.Day, "The first day (UTC). Before it nothing leaves by this source.");
    public static readonly Key<ImmutableArray<Placed<int>>> PerDay = Key.Optional("perDay", Form.List(Form.WholeNumber(1, 100_000_000), "numbers of messages", least: 1),
        [.. WarmUp.Usual.Select(messages => new Placed<int>(messages, default))],
        "Messages handed to receivers on the first, second, … day, over all of them; after the last day no limit. The default begins with 50 and grows by 1.3 to 5 times a day to a million, in the manner of the schedules large providers publish for new addresses.");

    public static readonly Section Section = new("sources[].warmUp",
        "A new address carries more each day. What is above goes at once by the brand's other sources that are open, by weight; when there is none it waits until 00:00 UTC. Mail a receiver has seen stays with its source. Only `public` routes count.",
        [From, PerDay]);

    public static WarmUp? Read(SectionReader reader)
    {
        var (from, perDay) = (reader.Find(From), reader.Get(PerDay));
        // An empty list has been reported; its days are as good as any until it is put right.
        return from is null ? null : new WarmUp(from.Value, perDay.IsEmpty ? WarmUp.Usual : [.. perDay.Select(messages => messages.Value)]);
    }
}

using Namesake.Configuration.Forms;
using Namesake.Core.Pipeline.Submission;

namespace Namesake.Configuration.Sections;

internal static class SubmissionSection
{
    private static readonly SubmissionLimits Defaults = new();
    private static readonly Form<TimeSpan> Patience = Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));

    public static readonly Key<TimeSpan> Idle = Key.Optional("idle", Patience, Defaults.Idle, "Longest time between two commands (RFC 5321 §4.5.3.2.7: at least 5 minutes).");
    public static readonly Key<TimeSpan> CommandLine = Key.Optional("commandLine", Patience, Defaults.CommandLine, "Longest time from a command's first byte to its last: a client that dribbles doesn't hold a place.");
    public static readonly Key<TimeSpan> ContentSilence = Key.Optional("contentSilence", Patience, Defaults.ContentSilence, "Longest silence inside content.");
    public static readonly Key<int> ContentBytesPerSecond = Key.Optional("contentBytesPerSecond", Form.WholeNumber(0, 1_000_000), Defaults.ContentBytesPerSecond,
        "Least average rate of content after its first minute; 0 switches it off.");
    public static readonly Key<int> ReceivedHeaders = Key.Optional("receivedHeaders", Form.WholeNumber(5, 1000), Defaults.ReceivedHeaders, "A message with more Received fields is taken to loop, and refused (RFC 5321 §6.3).");
    public static readonly Key<long> ContentBytesInMemory = Key.Optional("contentBytesInMemory", Form.Size(1 << 20, 64L << 30), Defaults.ContentBytesInMemory,
        "Content being received that may be in memory, all sessions together; above it goes to files.");

    public static readonly Section Section = new("submission", "What one client may do, and how slowly.",
        [Idle, CommandLine, ContentSilence, ContentBytesPerSecond, ReceivedHeaders, ContentBytesInMemory]);

    public static SubmissionLimits Read(SectionReader reader) => Defaults with
    {
        Idle = reader.Get(Idle),
        CommandLine = reader.Get(CommandLine),
        ContentSilence = reader.Get(ContentSilence),
        ContentBytesPerSecond = reader.Get(ContentBytesPerSecond),
        ReceivedHeaders = reader.Get(ReceivedHeaders),
        ContentBytesInMemory = reader.Get(ContentBytesInMemory),
    };
}

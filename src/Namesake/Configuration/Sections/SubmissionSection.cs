using Namesake.Configuration.Forms;

namespace Namesake.Configuration.Sections;

internal static class SubmissionSection
{
    private static readonly SubmissionSettings Defaults = new();

    public static readonly Key<TimeSpan> CommandTimeout = Key.Optional("commandTimeout", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Defaults.CommandTimeout,
        "Waiting for the next command (RFC 5321 §4.5.3.2.7: at least 5 minutes).");
    public static readonly Key<TimeSpan> ContentTimeout = Key.Optional("contentTimeout", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Defaults.ContentTimeout,
        "Waiting for the next piece of content; restarts with what arrives.");
    public static readonly Key<TimeSpan> TransactionTimeout = Key.Optional("transactionTimeout", Form.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)), Defaults.TransactionTimeout,
        "The whole of one message's content, for clients that dribble.");

    public static readonly Section Section = new("submission", "How long clients may take.", [CommandTimeout, ContentTimeout, TransactionTimeout]);

    public static SubmissionSettings Read(SectionReader reader) => new()
    {
        CommandTimeout = reader.Get(CommandTimeout),
        ContentTimeout = reader.Get(ContentTimeout),
        TransactionTimeout = reader.Get(TransactionTimeout),
    };
}

using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Forms;
using Namesake.Web.Alarms;

namespace Namesake.Configuration.Sections;

internal static class AlarmsSection
{
    private static readonly AlarmSettings Defaults = new();

    public static readonly Key<Uri> Webhook = Key.Optional("webhook", new ParsedForm<Uri>("an address of the web", TryAddress, "http or https", secret: true),
        "Where alarms are posted as JSON: when one begins or ends, and again while it stands. Not by mail: an alarm must not wait for what it is about. Without it they are shown only.");
    public static readonly Key<string> Secret = Key.Optional("secret", Form.Secret, "Signs each post: the header `Namesake-Signature` is `sha256=` and the HMAC-SHA256 of the body. At least 16 characters.");
    public static readonly Key<string> SecretFile = Key.Optional("secretFile", Form.FileName, "A file whose first line is `secret`.");
    public static readonly Key<TimeSpan> Interval = Key.Optional("interval", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), Defaults.Interval,
        "Least time between two posts; what changes within it is told together. A post that fails is repeated after it, then ever later up to 5 minutes.");
    public static readonly Key<TimeSpan> Repeat = Key.Optional("repeat", Form.Duration(TimeSpan.FromMinutes(1), TimeSpan.FromDays(7)), Defaults.Repeat, "What still stands is told again after this.");
    public static readonly Key<int> QueueAbove = Key.Optional("queueAbove", Form.WholeNumber(0, 1_000_000_000), Defaults.QueueAbove,
        "More recipients waiting than this, and more than 15 minutes ago, is an alarm. 0 switches it off.");
    public static readonly Key<long> DiskBelow = Key.Optional("diskBelow", Form.Size(0, 1L << 50), Defaults.DiskBelow,
        "Less free space where `data` is, is an alarm; `spool: minimumFreeDisk` is where mail is refused. 0 switches it off.");

    public static readonly Section Section = new("alarms", "Who is told when a source or lane is held, the queue grows, the disk fills or our own resolvers fail.",
        [Webhook, Secret, SecretFile, Interval, Repeat, QueueAbove, DiskBelow]);

    public static AlarmSettings Read(SectionReader reader, Reading reading)
    {
        var secret = Sections.SecretFile.Read(reader, Secret, SecretFile, reading);
        if (secret is { Value.Length: < 16 })
            reading.Problems.Error(secret.At, "alarms: the secret is shorter than 16 characters");
        var webhook = reader.Find(Webhook);
        if (webhook is null && secret is not null)
            reading.Problems.Warning(secret.At, "alarms: secret has no effect without webhook");
        if (webhook is { Value: { Scheme: "http", IsLoopback: false } })
            reading.Problems.Warning(webhook.At, "alarms: webhook is not https: what is wrong here, and the address itself, cross the network in clear");
        return Defaults with
        {
            Webhook = webhook?.Value,
            Secret = secret?.Value,
            Interval = reader.Get(Interval),
            Repeat = reader.Get(Repeat),
            QueueAbove = reader.Get(QueueAbove),
            DiskBelow = reader.Get(DiskBelow),
        };
    }

    private static bool TryAddress(string text, [MaybeNullWhen(false)] out Uri result, [NotNullWhen(false)] out string? error)
    {
        error = !Uri.TryCreate(text, UriKind.Absolute, out result) || result.Scheme is not ("http" or "https") || result.Host.Length == 0 ? "is no address of the web: write https://host/path"
            : result.UserInfo.Length > 0 ? "has a user name or password in it: sign with `secret` instead"
            : null;
        return error is null;
    }
}

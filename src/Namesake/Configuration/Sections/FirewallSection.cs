using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Forms;
using Namesake.Network.Firewall;

namespace Namesake.Configuration.Sections;

/// <summary>One firewall that plans write.</summary>
internal static class FirewallSection
{
    private static readonly Form<string> DeviceForm = new ParsedForm<string>("a network device", TryDevice, "1 to 15 letters, digits, `-`, `_`, `.` and `@`", show: device => device);

    public static readonly Key<string> Id = Key.Required("id", Form.Name, "Its name in plans.");
    public static readonly Key<FirewallKind> Kind = Key.Required("kind", Form.Words<FirewallKind>(),
        "`nftables`: a table of our own (`ip namesake`), written by `nft`. `iptables`: a chain of our own (`NAMESAKE-MAIL`), written by `iptables-restore`.");
    public static readonly Key<FirewallHook> Hook = Key.Optional("hook", Form.Words<FirewallHook>(), FirewallHook.Local, "Where it is: `local` is this machine, for what it sends and what it forwards.");
    public static readonly Key<int> Limit = Key.Optional("limit", Form.WholeNumber(1, 10_000), 64, "Addresses our table may translate in all. The default is as many as a /26 has.");
    public static readonly Key<string> Device = Key.Optional("device", DeviceForm, "Only what leaves by this network device is translated. Without it whatever way it leaves.");
    public static readonly Key<int> User = Key.Optional("user", Form.WholeNumber(0, int.MaxValue), "Only packets of this user of the system, by its number (`id -u namesake`). Without it those of any user, and forwarded ones.");

    public static readonly Section Section = new("firewalls[]", "Firewalls whose translation `namesake apply` writes. Nothing is written but by a plan that somebody has applied, and only for TCP port 25.", [Id, Kind, Hook, Limit, Device, User]);

    public static FirewallDraft Read(SectionReader reader)
    {
        var (id, kind, device, user) = (reader.Find(Id), reader.Find(Kind), reader.Find(Device), reader.Find(User));
        var (hook, limit) = (reader.Get(Hook), reader.Get(Limit));
        return new(reader.At, id, id is null || kind is null ? null : new FirewallSettings { Id = id.Value, Kind = kind.Value, Hook = hook, Limit = limit, Device = device?.Value, User = user?.Value });
    }

    /// <summary>The kernel's limit is 16 octets with the final zero; the rest keeps a name from being more than a name in a rule.</summary>
    private static bool TryDevice(string text, [MaybeNullWhen(false)] out string device, [NotNullWhen(false)] out string? error)
    {
        device = text;
        error = text.Length is >= 1 and <= 15 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@') ? null : "is no name of a network device";
        return error is null;
    }
}

using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Namesake.Core.Brands;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Forms;

/// <summary>The forms shared by several sections.</summary>
internal static class Form
{
    public static readonly Form<string> Text = new ParsedForm<string>("a text", TextForms.TryText);
    public static readonly Form<string> Secret = new ParsedForm<string>("a secret", TextForms.TryText, "or `${env:NAME}`", secret: true);
    public static readonly Form<string> FileName = new ParsedForm<string>("a file", TextForms.TryText, "relative to the configuration's own directory");
    public static readonly Form<string> Name = new ParsedForm<string>("a name", TextForms.TryName, "letters, digits, `-`, `_`, `.`; 1 to 64 of them");
    public static readonly Form<BrandId> Brand = Id("a brand's id", text => new BrandId(text));
    public static readonly Form<ResellerId> Reseller = Id("a reseller's id", text => new ResellerId(text));
    public static readonly Form<SourceId> Source = Id("a source's id", text => new SourceId(text));
    public static readonly Form<string> Check = new ParsedForm<string>("a check", TryCheck, "as `namesake checks` lists them");
    public static readonly Form<bool> YesOrNo = new ParsedForm<bool>("yes or no", TextForms.TryYesOrNo, "`true`, `false`, `yes`, `no`", show: value => value ? "true" : "false");
    public static readonly Form<DateOnly> Day = new ParsedForm<DateOnly>("a day", TextForms.TryDay, "2026-11-30");

    public static readonly Form<IPAddress> Address = new ParsedForm<IPAddress>("an IP address", AddressForms.TryAddress);
    public static readonly Form<IPRange> Range = new ParsedForm<IPRange>("an address range", TryRange, "`10.0.0.0/8`, `2001:db8::/32`, or one address");
    public static readonly Form<DomainName> Domain = new ParsedForm<DomainName>("a domain", TryDomain);
    public static readonly Form<Mailbox> Mailbox = new ParsedForm<Mailbox>("a mail address", TryMailbox);
    public static readonly Form<HostName> Host = new ParsedForm<HostName>("a host name", TryHost);
    public static readonly Form<IPEndPoint> EndPoint = EndPointWithPort(null);
    public static readonly Form<HostAndPort> Via = new ParsedForm<HostAndPort>("a host", AddressForms.TryHostAndPort, "`host`, `host:port`, `192.0.2.1:25` or `[2001:db8::1]:25`; port 25 if none is given");
    public static readonly Form<string> HostOrAddress = new ParsedForm<string>("a host name or an IP address", AddressForms.TryHostOrAddress);

    public static Form<IPEndPoint> EndPointWithPort(int? port) =>
        new ParsedForm<IPEndPoint>("an address with port",
            (string text, [MaybeNullWhen(false)] out IPEndPoint result, [NotNullWhen(false)] out string? error) => AddressForms.TryEndPoint(text, port, out result, out error),
            port is null ? "`0.0.0.0:25`, `[::]:25`" : string.Create(CultureInfo.InvariantCulture, $"`127.0.0.1:{port}`, `[::1]:{port}`; port {port} if none is given"));

    public static Form<T> Words<T>() where T : struct, Enum => new WordForm<T>();

    public static Form<int> WholeNumber(int least, int most) => new WholeNumberForm(least, most);

    public static Form<TimeSpan> Duration(TimeSpan least, TimeSpan most) => new DurationForm(least, most);

    public static Form<long> Size(long least, long most) => new SizeForm(least, most);

    public static Form<ImmutableArray<Placed<T>>> List<T>(Form<T> item, string plural, int least = 0) => new ListForm<T>(item, plural, least);

    public static Form<SectionReader> Group(Section section) => new SectionForm(section);

    private static ParsedForm<T> Id<T>(string typeName, Func<string, T> make) => new(typeName,
        (string text, [MaybeNullWhen(false)] out T result, [NotNullWhen(false)] out string? error) =>
        {
            var valid = TextForms.TryName(text, out var name, out error);
            result = valid ? make(name!) : default;
            return valid;
        }, "letters, digits, `-`, `_`, `.`; 1 to 64 of them");

    private static bool TryCheck(string text, [MaybeNullWhen(false)] out string result, [NotNullWhen(false)] out string? error)
    {
        result = text.ToUpperInvariant();
        error = Core.Identity.Checks.Catalogue.Find(result) is not { } check ? $"there is no check {text}"
            : Core.Identity.Checks.IdentityChecks.Find(result) is not null ? $"{result} is looked at before every delivery anyway; the policy says what it holds"
            : check.Kind is Core.Identity.Checks.CheckKind.Dns or Core.Identity.Checks.CheckKind.Outside ? null
            : $"{result} says nothing that DNS or the outside said: it can't hold mail";
        return error is null;
    }

    private static bool TryRange(string text, [MaybeNullWhen(false)] out IPRange result, [NotNullWhen(false)] out string? error)
    {
        error = IPRange.TryParse(text, out result, out var why) ? null : $"is no address range: {why}";
        return error is null;
    }

    private static bool TryDomain(string text, [MaybeNullWhen(false)] out DomainName result, [NotNullWhen(false)] out string? error)
    {
        error = DomainName.TryParse(text, out result, out var why) ? null : $"is no domain: {why}";
        return error is null;
    }

    private static bool TryMailbox(string text, [MaybeNullWhen(false)] out Mailbox result, [NotNullWhen(false)] out string? error)
    {
        error = Protocol.Addresses.Mailbox.TryParse(text, allowUtf8: false, out result, out var why) ? null : $"is no mail address: {why}";
        return error is null;
    }

    private static bool TryHost(string text, [MaybeNullWhen(false)] out HostName result, [NotNullWhen(false)] out string? error)
    {
        error = HostName.TryParse(text, out result, out var why) ? null : $"is no host name: {why}";
        return error is null;
    }
}

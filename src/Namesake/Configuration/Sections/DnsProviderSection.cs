using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Namesake.Configuration.Forms;
using Namesake.Network.Dns.Providers;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

internal enum DnsProviderKind
{
    Rfc2136,
    Powerdns,
    Exec,
    Powershell,
    Zonefile,
}

/// <summary>One place where records are written.</summary>
internal static class DnsProviderSection
{
    public static readonly Key<string> Id = Key.Required("id", Form.Name, "Its name in plans.");
    public static readonly Key<DnsProviderKind> Kind = Key.Required("kind", Form.Words<DnsProviderKind>(),
        "How it is written: `rfc2136` by signed updates, which BIND, Knot and PowerDNS take; `powerdns` by PowerDNS's API; `exec` by a program of yours; `powershell` (Windows DNS) and `zonefile` by a person, with the text of `namesake show --as`. [dns-providers.md](dns-providers.md)");
    public static readonly Key<ImmutableArray<Placed<DomainName>>> Zones = Key.Required("zones", Form.List(Form.Domain, "zones", least: 1),
        "The zones it writes, as they are cut in DNS. What is in none of them is never written by it.");
    public static readonly Key<ImmutableArray<Placed<DomainName>>> NameServers = Key.Optional("nameServers", Form.List(Form.Domain, "host names", least: 1),
        "The name servers of zones that are made there, and those a delegation is asked for: `[ns1.acme.example, ns2.acme.example]`. Default those that its other zones have, where a plan sees them and they are the same.");
    public static readonly Key<IPEndPoint> Server = Key.Optional("server", Form.EndPointWithPort(53), "`rfc2136`, `powershell`, `zonefile`: the primary server of the zones. Asked over TCP.");
    public static readonly Key<SectionReader> UpdateKey = Key.Optional("key", Form.Group(UpdateKeySection.Section), "`rfc2136`: the key that updates are signed with.");
    public static readonly Key<Uri> Url = Key.Optional("url", new ParsedForm<Uri>("an address of the web", TryUrl, "http or https, without path: `http://127.0.0.1:8081`"), "`powerdns`: where the server's API is (`webserver-address`, `webserver-port` there).");
    public static readonly Key<string> ApiKey = Key.Optional("apiKey", Form.Secret, "`powerdns`: `api-key` there. Better in a file of its own.");
    public static readonly Key<string> ApiKeyFile = Key.Optional("apiKeyFile", Form.FileName, "A file whose first line is `apiKey`.");
    public static readonly Key<string> ServerId = Key.Optional("serverId", Form.Name, "localhost", "`powerdns`: which of the servers behind the API. PowerDNS itself is always `localhost`.");
    public static readonly Key<ImmutableArray<Placed<string>>> Command = Key.Optional("command", Form.List(Form.Text, "the program and its arguments", least: 1), "`exec`: the program, with its path, and its arguments. No shell stands between.");
    public static readonly Key<TimeSpan> Timeout = Key.Optional("timeout", Form.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50)),
        "How long one answer may take. Default 5 s, `powerdns` 10 s (a write waits for its database), `exec` 30 s (APIs of clouds finish later, and are waited for in it). Plans take a call for lost after 60 s.");
    public static readonly Key<bool> Atomic = Key.Optional("atomic", Form.YesOrNo, false, "`exec`: the program writes all changes of a request or none.");
    public static readonly Key<int> MostPerWrite = Key.Optional("mostPerWrite", Form.WholeNumber(1, 1000), 1, "`exec`: changes in one request, where it is `atomic`; else one.");
    public static readonly Key<bool> ForwardMustResolve = Key.Optional("forwardMustResolve", Form.YesOrNo, false, "`exec`: the other side refuses a PTR record until its name leads back to the address.");
    public static readonly Key<string> DefaultPointer = Key.Optional("defaultPointer", Form.Text,
        "`exec`: the PTR record that addresses have when nobody has set one; it counts as absent. `{1}` to `{4}` are the octets of an IPv4 address from the left, a leading `*` anything: `static.{4}.{3}.{2}.{1}.clients.host.example`.");

    public static readonly Section Section = new("dnsProviders[]", "Places where `namesake apply` writes records. Nothing is written but by a plan that somebody has applied. [dns-providers.md](dns-providers.md)",
        [Id, Kind, Zones, NameServers, Server, UpdateKey, Url, ApiKey, ApiKeyFile, ServerId, Command, Timeout, Atomic, MostPerWrite, ForwardMustResolve, DefaultPointer]);

    /// <summary>What each kind has beside id, kind, zones and nameServers.</summary>
    private static readonly ImmutableDictionary<DnsProviderKind, ImmutableArray<Key>> Own = new Dictionary<DnsProviderKind, ImmutableArray<Key>>
    {
        [DnsProviderKind.Rfc2136] = [Server, UpdateKey, Timeout],
        [DnsProviderKind.Powerdns] = [Url, ApiKey, ApiKeyFile, ServerId, Timeout],
        [DnsProviderKind.Exec] = [Command, Timeout, Atomic, MostPerWrite, ForwardMustResolve, DefaultPointer],
        [DnsProviderKind.Powershell] = [Server, Timeout],
        [DnsProviderKind.Zonefile] = [Server, Timeout],
    }.ToImmutableDictionary();

    public static DnsProviderDraft Read(SectionReader reader, Reading reading)
    {
        var (id, kind, zones) = (reader.Find(Id), reader.Find(Kind), reader.Find(Zones)?.Value ?? []);
        var basis = new Basis(reader, reading, kind, id?.Value ?? "", [.. zones.Select(zone => zone.Value)], reader.Find(Timeout)?.Value);
        DnsProviderSettings? settings = kind?.Value switch
        {
            DnsProviderKind.Rfc2136 => Update(basis),
            DnsProviderKind.Powerdns => PowerDns(basis),
            DnsProviderKind.Exec => Program(basis),
            DnsProviderKind.Powershell => Text(basis, TextForm.PowerShell),
            DnsProviderKind.Zonefile => Text(basis, TextForm.ZoneFile),
            _ => null,
        };
        if (kind is null)
            ReadAll(reader, reading);
        else
            foreach (var foreign in Section.Keys.Where(key => key != Id && key != Kind && key != Zones && key != NameServers && !Own[kind.Value].Contains(key) && reader.Has(key)))
                reading.Problems.Error(reader.At, $"dnsProviders: {foreign.Name}: means nothing to kind {basis.Word}: leave it out");
        var servers = reader.Find(NameServers)?.Value ?? [];
        return new(reader.At, id, zones, id is null || settings is null ? null : settings with { NameServers = [.. servers.Select(server => server.Value)] });
    }

    /// <summary>Of what kind it is isn't known: what is wrong in each key is told all the same.</summary>
    private static void ReadAll(SectionReader reader, Reading reading)
    {
        if (reader.Find(UpdateKey) is { } key)
            UpdateKeySection.Read(key.Value, reading);
        _ = (reader.Find(Server), reader.Find(Url), reader.Find(ServerId), reader.Find(Command), SecretFile.Read(reader, ApiKey, ApiKeyFile, reading));
        _ = (reader.Find(Atomic), reader.Find(MostPerWrite), reader.Find(ForwardMustResolve), reader.Find(DefaultPointer));
    }

    private static UpdateSettings? Update(Basis basis)
    {
        var (server, key) = (basis.Need(Server, "the address of the zones' primary server"), basis.Need(UpdateKey, "the key that updates are signed with"));
        if (server is null || key is null || UpdateKeySection.Read(key.Value, basis.Reading) is not { } signing)
            return null;
        var settings = new UpdateSettings { Id = basis.Id, Zones = basis.Zones, Server = server.Value, Key = signing };
        return basis.Timeout is { } timeout ? settings with { Timeout = timeout } : settings;
    }

    private static PowerDnsSettings? PowerDns(Basis basis)
    {
        var url = basis.Need(Url, "the address of the server's API");
        if (!basis.Reader.Has(ApiKey) && !basis.Reader.Has(ApiKeyFile))
            basis.Reading.Problems.Error(basis.Reader.At, "dnsProviders: has no key; kind powerdns needs apiKeyFile, or apiKey");
        var key = SecretFile.Read(basis.Reader, ApiKey, ApiKeyFile, basis.Reading);
        if (key is not null && !key.Value.All(letter => letter is >= ' ' and < '\x7f'))
        {
            basis.Reading.Problems.Error(key.At, "dnsProviders: the key has characters that no HTTP header takes");
            return null;
        }

        if (url is { Value: { Scheme: "http", IsLoopback: false } })
            basis.Reading.Problems.Warning(url.At, "dnsProviders: url is not https: the key crosses the network in clear, and may everything there");
        var serverId = basis.Reader.Get(ServerId);
        if (url is null || key is null)
            return null;
        var settings = new PowerDnsSettings { Id = basis.Id, Zones = basis.Zones, Url = url.Value, ApiKey = key.Value, Server = serverId };
        return basis.Timeout is { } timeout ? settings with { Timeout = timeout } : settings;
    }

    private static ProgramSettings? Program(Basis basis)
    {
        var command = basis.Need(Command, "the program that writes");
        var (atomic, most, forward, pointer) = (basis.Reader.Get(Atomic), basis.Reader.Get(MostPerWrite), basis.Reader.Get(ForwardMustResolve), basis.Reader.Find(DefaultPointer));
        if (command is null || command.Value.IsEmpty)
            return null;
        var settings = new ProgramSettings
        {
            Id = basis.Id,
            Zones = basis.Zones,
            Command = [.. command.Value.Select(part => part.Value)],
            IsAtomic = atomic,
            MostPerWrite = most,
            ForwardMustResolve = forward,
            DefaultPointer = pointer?.Value,
        };
        return basis.Timeout is { } timeout ? settings with { Timeout = timeout } : settings;
    }

    private static TextSettings? Text(Basis basis, TextForm form)
    {
        if (basis.Need(Server, "the address of the zones' primary server: plans expect what it says") is not { } server)
            return null;
        var settings = new TextSettings { Id = basis.Id, Zones = basis.Zones, Server = server.Value, Form = form };
        return basis.Timeout is { } timeout ? settings with { Timeout = timeout } : settings;
    }

    private static bool TryUrl(string text, [MaybeNullWhen(false)] out Uri result, [NotNullWhen(false)] out string? error)
    {
        error = !Uri.TryCreate(text, UriKind.Absolute, out result) || result.Scheme is not ("http" or "https") || result.Host.Length == 0 ? "is no address of the web: write http://127.0.0.1:8081"
            : result.UserInfo.Length > 0 ? "has a user name or password in it: the key is apiKey"
            : result.PathAndQuery.Trim('/').Length > 0 || result.Fragment.Length > 0 ? "has a path: write scheme, host and port only"
            : null;
        return error is null;
    }

    private sealed record Basis(SectionReader Reader, Reading Reading, Placed<DnsProviderKind>? Kind, string Id, ImmutableArray<DomainName> Zones, TimeSpan? Timeout)
    {
        public string Word => DnsProviderSection.Kind.Form.Show(Kind!.Value);

        public Placed<T>? Need<T>(Key<T> key, string what)
        {
            if (!Reader.Has(key))
                Reading.Problems.Error(Reader.At, $"dnsProviders: {key.Name}: is missing; kind {Word} needs {what}");
            return Reader.Find(key);
        }
    }
}

using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Receivers;

/// <summary>From a domain's best MX hosts to the one receiver behind them. Every tenant of one operator is one site: limits, back-off and the fence's holds are the operator's, not the tenant's.</summary>
public static class SiteRules
{
    // Suffix of an MX host name → site. Where an operator keeps several domains, the site bears the best known.
    private static readonly FrozenDictionary<string, string> Operators = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["google.com"] = "google.com",
        ["googlemail.com"] = "google.com",
        ["protection.outlook.com"] = "outlook.com",
        ["protection.outlook.de"] = "outlook.com",
        ["protection.partner.outlook.cn"] = "partner.outlook.cn",
        ["mx.microsoft"] = "outlook.com",
        ["olc.protection.outlook.com"] = "olc.protection.outlook.com", // the consumer service: other rules than the business one
        ["hotmail.com"] = "olc.protection.outlook.com",
        ["yahoodns.net"] = "yahoodns.net",
        ["icloud.com"] = "icloud.com",
        ["apple.com"] = "apple.com",
        ["pphosted.com"] = "pphosted.com",
        ["gpphosted.com"] = "pphosted.com",
        ["ppe-hosted.com"] = "ppe-hosted.com",
        ["mimecast.com"] = "mimecast.com",
        ["mimecast.co.za"] = "mimecast.com",
        ["mimecast-offshore.com"] = "mimecast.com",
        ["iphmx.com"] = "iphmx.com",
        ["messagelabs.com"] = "messagelabs.com",
        ["barracudanetworks.com"] = "barracudanetworks.com",
        ["mailcontrol.com"] = "mailcontrol.com",
        ["trendmicro.com"] = "trendmicro.com",
        ["trendmicro.eu"] = "trendmicro.com",
        ["sophos.com"] = "sophos.com",
        ["fireeyecloud.com"] = "fireeyecloud.com",
        ["hornetsecurity.com"] = "hornetsecurity.com",
        ["antispameurope.com"] = "hornetsecurity.com",
        ["retarus.com"] = "retarus.com",
        ["nospamproxy.com"] = "nospamproxy.com",
        ["gmx.net"] = "gmx.net",
        ["gmx.com"] = "gmx.net",
        ["web.de"] = "gmx.net",
        ["mail.com"] = "gmx.net",
        ["kundenserver.de"] = "ionos.com",
        ["1and1.com"] = "ionos.com",
        ["1and1.co.uk"] = "ionos.com",
        ["1and1.es"] = "ionos.com",
        ["1and1.fr"] = "ionos.com",
        ["ionos.com"] = "ionos.com",
        ["ionos.de"] = "ionos.com",
        ["ionos.co.uk"] = "ionos.com",
        ["perfora.net"] = "ionos.com",
        ["schlund.de"] = "ionos.com",
        ["strato.de"] = "strato.de",
        ["rzone.de"] = "strato.de",
        ["t-online.de"] = "t-online.de",
        ["freenet.de"] = "freenet.de",
        ["mailbox.org"] = "mailbox.org",
        ["posteo.de"] = "posteo.de",
        ["ovh.net"] = "ovh.net",
        ["ovh.ca"] = "ovh.net",
        ["ovh.com"] = "ovh.net",
        ["gandi.net"] = "gandi.net",
        ["infomaniak.ch"] = "infomaniak.com",
        ["infomaniak.com"] = "infomaniak.com",
        ["orange.fr"] = "orange.fr",
        ["wanadoo.fr"] = "orange.fr",
        ["free.fr"] = "free.fr",
        ["sfr.fr"] = "sfr.fr",
        ["laposte.net"] = "laposte.net",
        ["aruba.it"] = "aruba.it",
        ["libero.it"] = "libero.it",
        ["telenet-ops.be"] = "telenet.be",
        ["zoho.com"] = "zoho.com",
        ["zoho.eu"] = "zoho.com",
        ["zoho.in"] = "zoho.com",
        ["zohomail.com"] = "zoho.com",
        ["yandex.ru"] = "yandex.ru",
        ["yandex.net"] = "yandex.ru",
        ["mail.ru"] = "mail.ru",
        ["secureserver.net"] = "secureserver.net",
        ["emailsrvr.com"] = "emailsrvr.com",
        ["messagingengine.com"] = "messagingengine.com",
        ["protonmail.ch"] = "proton.me",
        ["proton.me"] = "proton.me",
        ["tutanota.de"] = "tuta.com",
        ["registrar-servers.com"] = "registrar-servers.com",
        ["privateemail.com"] = "privateemail.com",
        ["hostedemail.com"] = "hostedemail.com",
        ["mailspamprotection.com"] = "mailspamprotection.com",
        ["amazonaws.com"] = "amazonaws.com",
        ["mailgun.org"] = "mailgun.org",
        ["sendgrid.net"] = "sendgrid.net",
        ["comcast.net"] = "comcast.net",
        ["charter.net"] = "charter.net",
        ["rr.com"] = "charter.net",
        ["cox.net"] = "cox.net",
        ["att.net"] = "att.net",
        ["bellsouth.net"] = "att.net",
        ["btinternet.com"] = "btinternet.com",
        ["sky.com"] = "sky.com",
        ["bigpond.com"] = "bigpond.com",
        ["qq.com"] = "qq.com",
        ["exmail.qq.com"] = "qq.com",
        ["163.com"] = "netease.com",
        ["126.com"] = "netease.com",
        ["netease.com"] = "netease.com",
        ["mxhichina.com"] = "aliyun.com",
        ["aliyun.com"] = "aliyun.com",
        ["naver.com"] = "naver.com",
        ["daum.net"] = "daum.net",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Those that give their customers' lines or machines names of the same domain. A tenant's name at another operator may hold any numbers.
    private static readonly FrozenSet<string> HasLines = new[]
    {
        "comcast.net", "charter.net", "rr.com", "cox.net", "att.net", "bellsouth.net", "btinternet.com", "sky.com", "bigpond.com", "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "t-online.de", "libero.it",
        "aruba.it", "secureserver.net", "gandi.net", "infomaniak.ch", "infomaniak.com", "kundenserver.de", "strato.de",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The site of one domain's best mail hosts, those of the lowest preference. Hosts of one operator are one site; where several operators share the load it is the sorted
    /// list of them, joined by '+': what is said of one of them, limits and suspensions, is said of it too.</summary>
    public static SiteId SiteOf(IEnumerable<DomainName> hosts)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        return new SiteId(string.Join('+', hosts.Select(host => OperatorOf(host.Value)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
    }

    /// <summary>The operator of one host: from the table, else the host's registrable domain; an address stands for itself. So does a customer's machine that only bears a name of its
    /// provider's: what it says is no word of the provider's, whose lane everybody else's mail goes by.</summary>
    public static string OperatorOf(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return address.ToString();
        var name = host.TrimEnd('.').ToLowerInvariant();
        for (var tail = name; ; tail = tail[(tail.IndexOf('.', StringComparison.Ordinal) + 1)..])
        {
            if (Operators.TryGetValue(tail, out var site))
                return IsOperatorsOwn(name, tail) ? site : name;
            if (tail.Contains('.', StringComparison.Ordinal))
                continue;
            var registered = RegistrableDomain.Of(name);
            return BearsAddress(name, registered) ? name : registered;
        }
    }

    private static bool IsOperatorsOwn(string name, string tail) => tail switch
    {
        "amazonaws.com" => name.StartsWith("inbound-smtp.", StringComparison.Ordinal), // SES and WorkMail; everything else there is somebody's machine
        "ovh.net" or "ovh.ca" or "ovh.com" => name.StartsWith("mx", StringComparison.Ordinal) || name.Contains(".mail.", StringComparison.Ordinal) || name.StartsWith("redirect.", StringComparison.Ordinal),
        _ => !(HasLines.Contains(tail) && BearsAddress(name, tail)),
    };

    /// <summary>An IPv4 address before the operator's domain, "c-192-0-2-7.hsd1.ca.example.net": a line's or a virtual machine's default name.</summary>
    private static bool BearsAddress(string name, string tail)
    {
        var numbers = 0;
        for (var at = 0; at < name.Length - tail.Length; at++)
        {
            if (!char.IsAsciiDigit(name[at]))
            {
                // Only a single hyphen or dot keeps the numbers together.
                numbers = name[at] is '-' or '.' && at > 0 && char.IsAsciiDigit(name[at - 1]) ? numbers : 0;
                continue;
            }

            var from = at;
            while (char.IsAsciiDigit(name[at + 1]))
                at++;
            numbers = at - from < 3 && int.Parse(name.AsSpan(from, at - from + 1), CultureInfo.InvariantCulture) <= 255 ? numbers + 1 : 0;
            if (numbers == 4)
                return true;
        }

        return false;
    }
}

using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Namesake.Core.Receivers;

namespace Namesake.Core.Identity.Checks;

/// <summary>Whether a host name looks made by a machine: a provider's default, or the name of a line that changes hands. Receivers score or refuse such names unseen.</summary>
/// <remarks>Only the labels in front of the registered domain are read: "dynamic.example" may be a firm's name. 1. The address, or any four numbers that could be one. 2. A word that
/// only lines of customers bear ("dhcp", "adsl"). 3. A word that providers number ("pool-12-3"). 4. Letters and a long number ("vmi123456"). What calls itself a mail
/// host ("mail-pool-3", "o12345.outbound") is spared 3 and 4: large senders number their hosts. The patterns are our own; what receivers really use differs and is not published by most.</remarks>
public static partial class GenericName
{
    /// <summary>Names longer than this aren't read to their end; a domain name is never longer.</summary>
    private const int Longest = 253;

    private static readonly FrozenSet<string> Lines = new[]
    {
        "dynamic", "dynamicip", "dyn", "dynip", "dyndsl", "dhcp", "dialup", "dialin", "dialuser", "adsl", "vdsl", "xdsl", "sdsl", "hdsl", "dsl", "dslam", "dslb", "pppoe", "ppp", "pptp", "cablemodem",
        "docsis", "catv", "cgnat", "cgn", "ftth", "fttb", "fttc", "fttx", "gpon", "epon", "resnet", "wimax", "gprs", "umts", "lte", "hsdpa", "unassigned", "unallocated", "unused", "noptr", "nodns", "norevdns",
        "noreverse", "undefined", "unspecified", "inaddr", "ipv4pool", "bras", "broadband", "residential", "cpe", "subscriber", "subscribers", "homeip", "hotspot",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] Glued = ["adsl", "vdsl", "xdsl", "dhcp", "pppoe", "dialup", "dynip", "dyndsl", "cablemodem"];

    private static readonly FrozenSet<string> Numbered = new[]
    {
        "pool", "pools", "ippool", "client", "clients", "customer", "customers", "cust", "cus", "cli", "clie", "user", "users", "usr", "host", "hosts", "hostname", "ip", "ipv", "ipaddr", "addr", "address", "node", "nat",
        "net", "network", "cable", "modem", "mobile", "cell", "cellular", "wireless", "wlan", "wifi", "fiber", "fibre", "fibra", "static", "stat", "fixed", "fix", "fixip", "sta", "rev", "reverse", "revip", "ptr", "rdns",
        "pc", "home", "res", "dial", "dorm", "dsl", "bb", "isp", "access", "lan", "wan", "vpn", "vps", "vm", "vmi", "vds", "kvm", "dedicated", "dedi", "colo", "cloud", "instance", "droplet", "guest",
        "port", "line", "leased", "biz", "business", "corp", "soho", "sub", "subs", "unknown", "range", "block", "subnet", "isdn", "term", "gw",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> MailWords = new[]
    {
        "mail", "mails", "mailer", "mailers", "mailhost", "mailhub", "mailout", "mailin", "email", "emailer", "smtp", "smtps", "smtpout", "esmtp", "mx", "mta", "msa", "mda", "out", "outbound", "outgoing", "relay", "relays", "mailrelay", "send", "sender", "senders", "sending",
        "post", "postfix", "exim", "postout", "postmaster", "newsletter", "news", "bounce", "bounces", "campaign", "campaigns", "esp", "delivery", "deliver", "mailgate", "mailgw", "smarthost", "smtprelay", "smtpgw", "exchange", "imap", "mbox", "mailbox", "antispam", "spamfilter", "mailfilter", "notify", "notification", "notifications", "alerts",
        "transactional", "marketing", "correo", "courrier", "correio", "poczta", "posta", "pochta", "messaging",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What gives it away, in a few words; null: it looks like a name somebody chose.</summary>
    /// <param name="address">The address it stands for, when that is known: its digits are looked for in every form.</param>
    public static string? WhyGeneric(string name, IPAddress? address = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > Longest)
            name = name[..Longest];
        name = name.TrimEnd('.').ToLowerInvariant();
        var host = HostPart(name);
        if (host.Length == 0)
            return null;
        if (address is not null && ContainsAddress(host, address))
            return $"it contains the address {address}";
        if (FourNumbers().Matches(host).Any(IsAddress))
            return "it contains four numbers that look like an address";
        if (HexWord().IsMatch(host))
            return "it contains an address in hexadecimal";

        // An A-label's letters are no words.
        host = string.Join('.', host.Split('.').Where(label => !label.StartsWith("xn--", StringComparison.Ordinal)));
        var words = Words().Matches(host).Select(match => match.Value).ToList();
        if (words.FirstOrDefault(IsLineWord) is { } line)
            return $"\"{line}\" is a word for lines of customers";
        if (words.Any(IsMailWord))
            return null;
        var digits = host.Count(char.IsAsciiDigit);
        if (digits > 0 && words.FirstOrDefault(Numbered.Contains) is { } numbered && (digits > 2 || Numbers().Count(host) > 1))
            return $"\"{numbered}\" with numbers is how providers name what they give away";
        return Serial().Match(host) is { Success: true } serial ? $"\"{serial.Value}\" is a serial number" : null;
    }

    // Providers write them together with others: "adslpool", "ipdhcp".
    private static bool IsLineWord(string word) => Lines.Contains(word)
        || Glued.Any(part => word.StartsWith(part, StringComparison.Ordinal) || word.EndsWith(part, StringComparison.Ordinal));

    // Letters at the end of a mail word are numbers to people: "mxa", "mtaout", "smtpx" are mail hosts too.
    private static bool IsMailWord(string word) =>
        MailWords.Contains(word) || word.StartsWith("mail", StringComparison.Ordinal) || word.StartsWith("smtp", StringComparison.Ordinal) || word.EndsWith("mail", StringComparison.Ordinal)
        || word.EndsWith("smtp", StringComparison.Ordinal) || word.EndsWith("mta", StringComparison.Ordinal) || word.EndsWith("mx", StringComparison.Ordinal)
        || (word.Length is 3 && word.StartsWith("mx", StringComparison.Ordinal));

    private static string HostPart(string name)
    {
        var registered = RegistrableDomain.Of(name);
        return registered.Length >= name.Length ? "" : name[..^(registered.Length + 1)];
    }

    private static bool IsAddress(Match match) =>
        Enumerable.Range(1, 4).All(group => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) <= 255);

    private static bool ContainsAddress(string host, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork ? ContainsV4(host, bytes) : ContainsV6(host, bytes);
    }

    private static bool ContainsV4(string host, byte[] bytes)
    {
        string Padded(IEnumerable<byte> octets) => string.Concat(octets.Select(octet => octet.ToString("000", CultureInfo.InvariantCulture)));
        if (host.Contains(Padded(bytes), StringComparison.Ordinal) || host.Contains(Padded(bytes.Reverse()), StringComparison.Ordinal)
            || host.Contains(Convert.ToHexStringLower(bytes), StringComparison.Ordinal) || host.Contains(Convert.ToHexStringLower([.. bytes.Reverse()]), StringComparison.Ordinal))
            return true;
        var number = BinaryPrimitives.ReadUInt32BigEndian(bytes).ToString(CultureInfo.InvariantCulture);
        var numbers = Numbers().Matches(host).Select(match => match.Value).ToList();
        if (number.Length > 7 && numbers.Contains(number))
            return true;
        // Three octets in a row, either way round: the fourth often stands for the block.
        var octets = bytes.Select(octet => octet.ToString(CultureInfo.InvariantCulture)).ToList();
        var backwards = octets.AsEnumerable().Reverse().ToList();
        var written = numbers.Select(text => text.TrimStart('0') is { Length: > 0 } rest ? rest : "0").ToList();
        return Enumerable.Range(0, Math.Max(0, written.Count - 2)).Select(at => written.Skip(at).Take(3)).Any(run =>
            run.SequenceEqual(octets.Take(3)) || run.SequenceEqual(octets.Skip(1)) || run.SequenceEqual(backwards.Take(3)) || run.SequenceEqual(backwards.Skip(1)));
    }

    private static bool ContainsV6(string host, byte[] bytes)
    {
        var nibbles = Convert.ToHexStringLower(bytes);
        var groups = new IPAddress(bytes).ToString().Split(':', StringSplitOptions.RemoveEmptyEntries);
        var written = new string([.. host.Where(char.IsAsciiHexDigitLower)]);
        // In full, with and without leading zeros, and shortened with a double hyphen; what is shorter than four groups could mean something else.
        var all = nibbles.Chunk(4).Select(group => new string(group)).ToList();
        List<string> forms = [string.Join('-', all), string.Join('-', all.Select(group => group.TrimStart('0') is { Length: > 0 } rest ? rest : "0"))];
        if (groups.Length > 3)
            forms.Add(new IPAddress(bytes).ToString().Replace(':', '-'));
        if (forms.Exists(form => host.Contains(form, StringComparison.Ordinal)))
            return true;
        return host.Contains(nibbles, StringComparison.Ordinal) || host.Contains(nibbles[16..], StringComparison.Ordinal) || written.Contains(new string([.. nibbles.Reverse()]), StringComparison.Ordinal)
            || (groups.Length > 2 && (host.Contains(string.Join('-', groups), StringComparison.Ordinal) || host.Contains(string.Concat(groups), StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"(?<![0-9])0{0,2}([0-9]{1,3})[-._x]0{0,2}([0-9]{1,3})[-._x]0{0,2}([0-9]{1,3})[-._x]0{0,2}([0-9]{1,3})(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex FourNumbers();

    [GeneratedRegex("[a-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();

    [GeneratedRegex(@"[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();

    /// <summary>A label of at most eight letters and at least five digits, and nothing else.</summary>
    [GeneratedRegex(@"(?<![a-z0-9-])[a-z]{0,8}-?[0-9]{5,}(?![a-z0-9-])", RegexOptions.CultureInvariant)]
    private static partial Regex Serial();

    /// <summary>"ip", "h", "p", "x" or "0x" and eight hexadecimal digits, some of which are letters and some numbers.</summary>
    [GeneratedRegex(@"(?<![a-z0-9])(?:0x|ip-?|[hpx]-?)?(?=[a-f0-9]*[0-9])(?=[a-f0-9]*[a-f])[0-9a-f]{8}(?![a-z0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex HexWord();
}

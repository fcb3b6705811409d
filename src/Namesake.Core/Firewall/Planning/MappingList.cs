using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Firewall.Planning;

/// <summary>A plain list of a server that isn't ours: a line for each local address, with the public address it is to be seen as and the name it says. What stands behind <c>#</c> is a comment.</summary>
/// <param name="Identities">Empty when there are faults.</param>
/// <param name="Faults">"line 3: …", twenty at most.</param>
public sealed record MappingList(ImmutableArray<WantedIdentity> Identities, ImmutableArray<string> Faults)
{
    /// <summary>A thousand sources have some 60 KB.</summary>
    public const int MostOctets = 1024 * 1024;

    /// <summary>As many as a plan may have.</summary>
    public const int MostLines = 10_000;

    private const int MostFaults = 20;

    private static readonly char[] Between = [' ', '\t', ','];

    public static MappingList Read(ReadOnlySpan<byte> content)
    {
        if (content.Length > MostOctets)
            return new([], [$"it is larger than {MostOctets / 1024} KiB"]);
        var identities = ImmutableArray.CreateBuilder<WantedIdentity>();
        var faults = ImmutableArray.CreateBuilder<string>();
        var first = new Dictionary<IPAddress, int>();
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var words = line.TrimEnd('\r').Split('#')[0].Split(Between, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0)
                continue;
            if (!TryRead(words, out var identity, out var fault))
                Add(fault);
            else if (!first.TryAdd(identity.Local, number))
                Add(string.Create(CultureInfo.InvariantCulture, $"{identity.Local} stands here a second time, first in line {first[identity.Local]}"));
            else if (identities.Count == MostLines)
                Add(string.Create(CultureInfo.InvariantCulture, $"there are more than {MostLines:N0} addresses"));
            else
                identities.Add(identity);
            if (faults.Count == MostFaults)
                break;
        }

        if (identities.Count == 0 && faults.Count == 0)
            faults.Add("there is no address in it: a line for each is `LOCAL PUBLIC NAME`");
        return faults.Count > 0 ? new([], faults.ToImmutable()) : new(identities.ToImmutable(), []);

        void Add(string fault) => faults.Add(string.Create(CultureInfo.InvariantCulture, $"line {number}: {Clean(fault)}"));
    }

    private static bool TryRead(string[] words, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WantedIdentity? identity, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? fault)
    {
        identity = null;
        if (words.Length != 3)
            fault = string.Create(CultureInfo.InvariantCulture, $"has {words.Length} {(words.Length == 1 ? "word" : "words")} where three are needed: the local address, the public address, the name");
        else if (!TryAddress(words[0], out var local))
            fault = $"{Shown(words[0])} is no IP address; the local address stands first";
        else if (!TryAddress(words[1], out var seen))
            fault = $"{Shown(words[1])} is no IP address; the public address stands second";
        else if (SpecialAddresses.IsPublic(local) && Purpose(seen) is { } purpose)
            fault = $"{seen} is not public ({purpose}), and {local} is: the local address stands first";
        else if (!HostName.TryParse(words[2], out var name, out var error))
            fault = $"{Shown(words[2])} is no host name: {error}";
        else
        {
            identity = new WantedIdentity(null, local, seen, name);
            fault = null;
        }

        return fault is null;
    }

    /// <summary>Four numbers or hexadecimal groups as people write them: the runtime also takes "10.1" and "0x0a000001".</summary>
    private static bool TryAddress(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (text.Length > 45 || text.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var parsed) || (!text.Contains(':', StringComparison.Ordinal) && parsed.ToString() != text))
            return false;
        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return true;
    }

    /// <summary>Addresses for examples are nobody's, and stand where public ones do.</summary>
    private static string? Purpose(IPAddress address) => SpecialAddresses.Purpose(address) is { } purpose && !purpose.Contains("documentation", StringComparison.OrdinalIgnoreCase) ? purpose : null;

    private static string Shown(string word) => word.Length > 60 ? $"{word[..60]}…" : word;

    /// <summary>Of a file that anybody may have written: nothing that moves a cursor, whoever said it.</summary>
    private static string Clean(string text) => string.Concat(text.Take(400).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}

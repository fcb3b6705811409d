using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Namesake.Core.Firewall;
using Namesake.Core.Firewall.Rendering;

namespace Namesake.Network.Firewall;

/// <summary>Our own chain among iptables' rules, and what leads to it. Anything in it that we'd not have written makes all of it not understood: it is then nobody's to replace.</summary>
internal sealed class OwnChain
{
    private readonly List<string> _rules = [];
    private readonly List<string> _jumps = [];
    private readonly List<Mapping> _mappings = [];
    private int _before;
    private int? _user;
    private string? _device;
    private string? _trouble;

    public bool IsThere { get; private set; }

    /// <summary>Its rules behind "-A CHAIN ", as they are printed.</summary>
    public IReadOnlyList<string> Rules => _rules;

    /// <summary>The rule that leads to it, behind "-A POSTROUTING "; null: nothing does.</summary>
    public string? Jump => _jumps.Count == 0 ? null : Behind(_jumps[0]);

    /// <summary>Nothing is met before it in POSTROUTING.</summary>
    public bool IsFirst { get; private set; }

    public string Text => IsThere ? string.Join('\n', [$":{IptablesText.Chain} -", .. _jumps, .. _rules.Select(rule => $"-A {IptablesText.Chain} {rule}")]) + "\n" : "";

    public void Declare(string chain) => IsThere |= chain == IptablesText.Chain;

    /// <param name="words">Behind "-A CHAIN".</param>
    public void Take(string chain, List<string> words, string line)
    {
        if (chain == IptablesText.Chain)
        {
            IsThere = true;
            _rules.Add(Behind(line));
            Take(words, line);
        }
        else if (words.Contains(IptablesText.Chain))
        {
            _jumps.Add(line);
            IsFirst |= chain == "POSTROUTING" && _before == 0;
            var isOurs = chain == "POSTROUTING" && Reduced(words) is ["-p", "tcp", "--dport", "25", "-j", IptablesText.Chain];
            if (!isOurs || _jumps.Count > 1)
                _trouble ??= isOurs ? $"more than one rule leads to our chain {IptablesText.Chain}: take all but the first away" : $"a rule that isn't ours leads to our chain {IptablesText.Chain}: {Cut(line)}. Take it away";
        }
        else if (chain == "POSTROUTING")
            _before++;
    }

    /// <returns>Where nothing leads to the chain, it translates nothing, whatever is in it.</returns>
    public (TranslationTable? Ours, string? Trouble) Read()
    {
        if (!IsThere || _trouble is not null)
            return (null, _trouble);
        if (Jump is null)
            return (new TranslationTable([]), null);
        var mappings = _mappings.OrderBy(mapping => mapping.Local, AddressOrder.Instance).ToImmutableArray();
        return mappings.Select(mapping => mapping.Local).Distinct().Count() == mappings.Length
            ? (new TranslationTable(mappings) { User = _user, Device = _device }, null)
            : (null, $"our chain {IptablesText.Chain} has an address twice");
    }

    private void Take(List<string> words, string line)
    {
        var (user, device, isFirst) = (default(int?), default(string), _mappings.Count == 0);
        var rest = Reduced(words);
        if (rest.IndexOf("-o") is >= 0 and var out_ && out_ + 1 < rest.Count)
        {
            device = rest[out_ + 1];
            rest.RemoveRange(out_, 2);
        }
        if (rest.IndexOf("--uid-owner") is >= 0 and var owner && owner + 1 < rest.Count && int.TryParse(rest[owner + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            user = id;
            rest.RemoveRange(owner, 2);
        }
        if (rest is ["-s", var from, "-p", "tcp", "--dport", "25", "-j", "SNAT", "--to-source", var to] && from.EndsWith("/32", StringComparison.Ordinal)
            && IPAddress.TryParse(from[..^3], out var local) && IPAddress.TryParse(to, out var outside) && local.AddressFamily == AddressFamily.InterNetwork && outside.AddressFamily == AddressFamily.InterNetwork && (isFirst || (user == _user && device == _device)))
        {
            (_user, _device) = (user, device);
            _mappings.Add(new Mapping(local, outside));
        }
        else
            _trouble ??= $"our chain {IptablesText.Chain} holds what we did not write: {Cut(line)}. Take it out, or move it to a chain of your own";
    }

    /// <summary>Without what loads a match and without comments.</summary>
    private static List<string> Reduced(List<string> words)
    {
        var reduced = new List<string>(words.Count);
        for (var at = 0; at < words.Count; at++)
            if (words[at] is "-m" or "--comment" && at + 1 < words.Count)
                at++;
            else
                reduced.Add(words[at]);
        return reduced;
    }

    // "-A CHAIN " is not quoted, and no chain's name has a blank.
    private static string Behind(string line) => line.Split(' ', 3) is [_, _, var rest] ? rest : "";

    private static string Cut(string line) => line.Length <= 200 ? line : line[..200] + "…";
}

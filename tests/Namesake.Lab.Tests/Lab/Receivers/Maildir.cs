using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;

namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>Where a real mail server delivers; each message is read once, the client is taken from the server's own Received field.</summary>
public sealed partial class Maildir(string folder)
{
    private readonly ConcurrentDictionary<string, ArrivedMessage> _read = new();

    /// <summary>Everything delivered so far.</summary>
    public IReadOnlyCollection<ArrivedMessage> Messages
    {
        get
        {
            // A message is in new/ only when it is complete: it was written in tmp/ and renamed.
            var complete = Path.Combine(folder, "new");
            foreach (var file in Directory.Exists(complete) ? Directory.GetFiles(complete) : [])
            {
                _read.GetOrAdd(file, static path => Read(File.ReadAllText(path)));
            }

            return [.. _read.Values];
        }
    }

    public IReadOnlyList<ArrivedMessage> WithSubject(string subject) => [.. Messages.Where(message => message.Subject == subject)];

    private static ArrivedMessage Read(string content)
    {
        var headers = Folds().Replace(content[..(content.IndexOf("\n\n", StringComparison.Ordinal) is var end and >= 0 ? end : content.Length)], " ");
        var received = FieldOf(headers, "Received");
        var trace = Trace().Match(received);
        if (!trace.Success || !IPAddress.TryParse(trace.Groups["ip"].Value, out var client))
        {
            throw new FormatException($"The lab doesn't know this form of Received: {received}");
        }

        var helo = trace.Groups["helo"].Success ? trace.Groups["helo"].Value : trace.Groups["first"].Value;
        return new ArrivedMessage(client, helo, FieldOf(headers, "Subject"), FieldOf(headers, "Message-ID"), content);
    }

    private static string FieldOf(string headers, string name) =>
        headers.Split('\n').FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim() ?? "";

    [GeneratedRegex(@"\r?\n[ \t]+")]
    private static partial Regex Folds();

    // Postfix: from EHLO (client-name [IPv6:address])
    // Exim:    from client-name ([address] helo=EHLO), without helo= when it is the client's name;
    //          from [address] (helo=EHLO) when the client has no name.
    [GeneratedRegex(@"^from (?<first>\S+) \((?:\S+ )?\[(?:IPv6:)?(?<ip>[0-9a-fA-F.:]+)\](?::\d+)?(?: helo=(?<helo>[^)\s]+))?\)|^from \[(?<ip>[0-9a-fA-F.:]+)\](?::\d+)? \(helo=(?<helo>[^)\s]+)\)")]
    private static partial Regex Trace();
}

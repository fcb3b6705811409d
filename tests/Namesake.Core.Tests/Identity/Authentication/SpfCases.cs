using System.Net;

namespace Namesake.Core.Tests.Identity.Authentication;

/// <summary>Cases written as text: sections of a zone and of questions to it, so that they can be read beside the RFC.</summary>
/// <remarks>
/// <c>== 4.5 Selecting records</c> begins a section with an empty zone. <c>name TYPE data</c> is a record. <c>? name | client | sender | EHLO | results | explanation</c> is a case; where
/// the RFC leaves a choice, results are separated by commas. A sender without @ is a domain.
/// </remarks>
internal static class SpfCases
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Identity", "Authentication", "SpfCases");

    public static IEnumerable<SpfCase> All() => Directory.EnumerateFiles(Folder, "*.txt").Order(StringComparer.Ordinal).SelectMany(Read);

    private static IEnumerable<SpfCase> Read(string file)
    {
        var section = "";
        List<string> zone = [];
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith("==", StringComparison.Ordinal))
                (section, zone) = (line[2..].Trim(), []);
            else if (line.StartsWith('?'))
            {
                var parts = line[1..].Split(" | ").Select(part => part.Trim()).ToArray();
                yield return new SpfCase($"{Path.GetFileNameWithoutExtension(file)}: {section}: {parts[0]}", zone, IPAddress.Parse(parts[1]), parts[2], parts[3], parts[4].Split(", "), parts.Length > 5 ? parts[5] : null);
            }
            else if (line.Length > 0 && line[0] != '#')
                zone.Add(line);
        }
    }
}

/// <param name="Explanation">Null: none is asked about. "-": there must be none.</param>
internal sealed record SpfCase(string Name, List<string> Zone, IPAddress Client, string Sender, string Helo, string[] Results, string? Explanation);

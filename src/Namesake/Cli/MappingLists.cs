using System.Collections.Immutable;
using System.CommandLine;
using Namesake.Core.Firewall.Planning;
using Namesake.Core.Plans;

namespace Namesake.Cli;

/// <summary>A list of a server that isn't ours, on the command line.</summary>
internal static class MappingLists
{
    public static readonly Option<string?> List = new("--list")
    {
        HelpName = "FILE", Description = "In place of the configuration's sources, a server that isn't ours: a line for each local address, `LOCAL PUBLIC NAME`, # begins a comment. - is the standard input.",
    };

    /// <returns>Null: no list was given.</returns>
    public static ImmutableArray<WantedIdentity>? Read(ParseResult parsed)
    {
        if (parsed.GetValue(List) is not { } name)
            return null;
        var list = MappingList.Read(Content(name));
        return list.Faults.IsEmpty ? list.Identities
            : throw new CliException(ExitCode.Usage, $"{(name == "-" ? "the standard input" : name)} can't be used:\n{string.Join('\n', list.Faults.Select(fault => $"  {fault}"))}");
    }

    /// <summary>One octet more than may be read tells that there is more.</summary>
    private static byte[] Content(string name)
    {
        try
        {
            using var stream = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
            var content = new byte[MappingList.MostOctets + 1];
            return content[..stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CliException(ExitCode.Unknown, $"{name} can't be read: {trouble.Message}");
        }
    }
}

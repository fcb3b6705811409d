using System.CommandLine;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Cli;

/// <summary>A plan for DNS as the text that a person takes elsewhere.</summary>
internal static class RecordOutput
{
    public static readonly Option<string[]> ZoneFile = new("--zone-file") { HelpName = "ZONE=FILE", Description = "With --as zonefile: the file that holds a zone; the text is then a patch of it (`patch FILE`). May be given several times." };

    private const int MostZoneFile = 64 * 1024 * 1024;

    /// <param name="form">powershell or zonefile.</param>
    public static string Of(Plan plan, string form, bool undo, string[] zoneFiles)
    {
        if (zoneFiles.Length > 0 && form == PlanForms.ZoneFile)
            return string.Concat(zoneFiles.Select(each => Patch(each, plan, undo)));
        var (text, trouble) = PlanForms.OfRecords(plan, form, undo);
        return text ?? throw new CliException(ExitCode.Usage, trouble!);
    }

    private static string Patch(string zoneFile, Plan plan, bool undo)
    {
        if (zoneFile.Split('=', 2) is not [var named, var path] || !DomainName.TryParse(named.TrimEnd('.'), out var zone, out _))
            throw new CliException(ExitCode.Usage, $"--zone-file {zoneFile}: write ZONE=FILE");
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostZoneFile })
                throw new CliException(ExitCode.Usage, $"{path} is larger than {MostZoneFile >> 20} MiB");
            var (patch, fault) = PlanForms.Patch(plan, undo, zone, path, File.ReadAllText(path));
            return patch ?? throw new CliException(ExitCode.Negative, $"{path}: {fault}");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Unknown, $"{path} can't be read: {trouble.Message}");
        }
    }
}

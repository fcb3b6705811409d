using Namesake.Configuration.Checks;
using Namesake.Configuration.Sections;
using Namesake.Configuration.Yaml;

namespace Namesake.Configuration;

/// <summary>Reads <c>namesake.yaml</c>: bytes, then a tree with places, then each value alone (Sections), then all of them against each other (Checks),
/// then the model. Each step goes on past what is wrong, so that all of it is told at once.</summary>
/// <remarks>Never throws for what a file says, and never asks the network: the same file gives the same answer on any machine that has its certificates.</remarks>
public sealed class ConfigurationReader(TimeProvider time, Func<string, string?> environment)
{
    public ConfigurationReader() : this(TimeProvider.System, System.Environment.GetEnvironmentVariable)
    {
    }

    /// <summary>Reads a file; a file that can't be read is a problem like any other.</summary>
    public ConfigurationReading Read(string path)
    {
        var full = Path.GetFullPath(path);
        var problems = new Problems(full);
        try
        {
            using var stream = File.OpenRead(full);
            // A pipe has no length, and /proc says 0: read as much as is allowed then, and one byte more to see that it was too much.
            var expected = stream.CanSeek && stream.Length > 0 ? Math.Min(stream.Length, YamlText.MostBytes) : YamlText.MostBytes;
            var bytes = new byte[expected + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (YamlText.Decode(bytes.AsSpan(0, length), problems) is { } text)
                return Read(text, full, Path.GetDirectoryName(full)!, problems);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            problems.Error(null, trouble switch
            {
                FileNotFoundException or DirectoryNotFoundException => $"there is no file {full}: copy samples/namesake.yaml to begin with, or name another with --config",
                UnauthorizedAccessException => $"{full} can't be read: no permission, or it is a directory",
                _ => $"{full} can't be read: {trouble.Message}",
            });
        }
        return new ConfigurationReading(null, problems.InOrder());
    }

    /// <summary>Reads text.</summary>
    /// <param name="directory">Where relative paths in it start.</param>
    public ConfigurationReading ReadText(string text, string directory)
    {
        var problems = new Problems("namesake.yaml");
        return YamlText.Check(text, problems) is null ? new ConfigurationReading(null, problems.InOrder()) : Read(text, null, Path.GetFullPath(directory), problems);
    }

    private ConfigurationReading Read(string text, string? file, string directory, Problems problems)
    {
        var reading = new Reading(problems, directory, environment, time);
        NamesakeConfiguration? configuration = null;
        switch (YamlTreeReader.Read(text, problems))
        {
            case YamlMapping mapping:
                configuration = Build(RootSection.Read(new SectionReader(mapping, RootSection.Section, reading), reading), reading, file);
                break;
            case YamlScalar { IsNull: true } nothing:
                problems.Error(nothing.At, "the file is empty: it needs at least one brand, one source and one listener");
                break;
            case { } other:
                problems.Error(other.At, $"the file must be a group of keys (node, listeners, brands, sources, …), here is {other.Kind}");
                break;
        }
        return new ConfigurationReading(problems.HasErrors ? null : configuration, problems.InOrder());
    }

    private static NamesakeConfiguration? Build(ConfigurationDraft draft, Reading reading, string? file)
    {
        BrandChecks.Run(draft, reading.Problems);
        ResellerChecks.Run(draft, reading.Problems);
        SourceChecks.Run(draft, reading.Problems);
        DnsProviderChecks.Run(draft, reading.Problems);
        FirewallChecks.Run(draft, reading.Problems);
        ListenerChecks.Run(draft, reading.Problems);
        RouteChecks.Run(draft, reading.Problems);
        SiteChecks.Run(draft, reading.Problems);
        var certificates = CertificateChecks.Load(draft, reading);
        var dkim = DkimChecks.Load(draft, reading);
        var users = UserChecks.Load(draft, reading.Problems);
        return reading.Problems.HasErrors ? null : ModelBuilder.Build(draft, users, certificates, dkim, file);
    }
}

using Namesake.Core.Identity.Reports;

namespace Namesake.Cli;

/// <summary>The files that `reports read` is given: one by one, the standard input, or all of a directory, a Maildir too.</summary>
internal static class ReportFiles
{
    private const int MostFiles = 100_000;

    /// <summary>A directory's files in the order of their names; links are not followed, and a Maildir's unfinished mail is not read.</summary>
    public static IEnumerable<string> Under(string path) => path == "-" || !Directory.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden, IgnoreInaccessible = true })
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "tmp").Take(MostFiles).Order(StringComparer.Ordinal);

    /// <summary>One octet more than may be read tells that there is more.</summary>
    public static async Task<byte[]> ReadAsync(string name, CancellationToken cancellation)
    {
        try
        {
            await using var stream = name == "-" ? Console.OpenStandardInput() : File.OpenRead(name);
            using var content = new MemoryStream();
            var chunk = new byte[64 * 1024];
            int read;
            while (content.Length <= ReportDocument.MostOctets && (read = await stream.ReadAsync(chunk, cancellation)) > 0)
                content.Write(chunk, 0, read);
            return content.ToArray();
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new CliException(ExitCode.Unknown, $"{name} can't be read: {trouble.Message}");
        }
    }
}

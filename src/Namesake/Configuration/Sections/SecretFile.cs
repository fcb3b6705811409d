using System.Text;

namespace Namesake.Configuration.Sections;

/// <summary>A secret that stands in the file, in the environment, or in a file of its own.</summary>
internal static class SecretFile
{
    private const int MostBytes = 4096;

    /// <summary>Null when there is none, or when it can't be had; the latter has been reported.</summary>
    public static Placed<string>? Read(SectionReader reader, Key<string> direct, Key<string> file, Reading reading)
    {
        var (written, named) = (reader.Find(direct), reader.Find(file));
        if (written is not null && named is not null)
            reading.Problems.Error(named.At, $"{file.Name}: {direct.Name} is given too, in line {written.At.Line}: keep one of them");
        if (written is not null || named is null)
            return written;
        var path = reading.Resolve(named.Value);
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[MostBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false); // Not by the file's length: devices say 0.
            var line = Encoding.UTF8.GetString(bytes, 0, length).Split('\n', 2)[0].Trim();
            if (length > MostBytes)
                reading.Problems.Error(named.At, $"{file.Name}: {path} is larger than 4 KiB: a secret is one line");
            else if (line.Length == 0)
                reading.Problems.Error(named.At, $"{file.Name}: the first line of {path} is empty");
            else
            {
                FilePermissions.WarnWhenOthersRead(path, named.At, file.Name, reading);
                return new Placed<string>(line, named.At);
            }
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            reading.Problems.Error(named.At, $"{file.Name}: {path} can't be read: {FilePermissions.Reason(trouble)}");
        }
        return null;
    }
}

using System.Text;

namespace Namesake.Configuration.Sections;

/// <summary>A key or certificate in a file of its own.</summary>
internal static class PemFile
{
    private const int MostBytes = 1 << 20;

    /// <summary>Null when it can't be had, which has been reported.</summary>
    /// <param name="key">For messages: where in the configuration it is named.</param>
    public static string? Read(Placed<string> file, string key, Reading reading)
    {
        var path = reading.Resolve(file.Value);
        try
        {
            using var stream = File.OpenRead(path);
            var bytes = new byte[MostBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= MostBytes)
                return Encoding.Latin1.GetString(bytes, 0, length);
            reading.Problems.Error(file.At, $"{key} {path} is larger than 1 MiB: this is no PEM file");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            reading.Problems.Error(file.At, $"{key} {path} can't be read: {FilePermissions.Reason(trouble)}");
        }
        return null;
    }
}

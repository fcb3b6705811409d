using System.Buffers.Text;
using System.Security.Cryptography;

namespace Namesake.Web.Access;

/// <summary>The API's password: 256 random bits in a file that only the relay's user can read. Who can read it, is let in.</summary>
/// <remarks>Made once and kept over restarts, so that scripts need not be told again. A file that others could read is no secret any more: it is replaced at start.</remarks>
public static class TokenFile
{
    public const string Name = "api.token";

    /// <summary>Octets of randomness.</summary>
    public const int Strength = 32;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Longest file that is read: anything longer is not ours.</summary>
    private const int MostBytes = 1024;

    public static string PathIn(string dataDirectory) => Path.Combine(dataDirectory, Name);

    /// <summary>Reads the token, or makes one where there is none, where it is damaged, or where others than the owner could read it.</summary>
    /// <param name="replaced">Why a token that was there could not be kept; null when it was, or when there was none.</param>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to somebody else.</exception>
    public static string ReadOrCreate(string path, out string? replaced)
    {
        replaced = null;
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
            replaced = "it was a symbolic link";
        else if (file.Exists)
        {
            if (IsExposed(path))
                replaced = "others than its owner could read it";
            else if (Read(path) is { } known)
                return known;
            else
                replaced = "it was damaged";
        }

        return Create(path);
    }

    /// <summary>What a client sends; null when the file holds no token.</summary>
    public static string? Read(string path)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > MostBytes)
            return null;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().Trim();
        return IsToken(text) ? text : null;
    }

    /// <summary>Whether its mode lets others than the owner in. False where files have no such mode.</summary>
    public static bool IsExposed(string path) => !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0;

    private static string Create(string path)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Strength));
        // Written beside and renamed: never half a token, never a moment with a wider mode, and a link at the old place is replaced, not followed.
        var beside = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var stream = new FileStream(beside, options))
            {
                using var writer = new StreamWriter(stream);
                writer.Write(token + "\n");
                writer.Flush();
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        return token;
    }

    private static bool IsToken(string text) => text.Length == Base64Url.GetEncodedLength(Strength) && Base64Url.IsValid(text, out var length) && length == Strength;
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Namesake.Core.Brands;

/// <summary>A password that can be checked but not read: PBKDF2 with a salt of its own (RFC 8018 §5.2).</summary>
/// <remarks>Written <c>$pbkdf2-sha512$i=210000$SALT$KEY</c>, salt and key in base64 without padding (the PHC string format).</remarks>
public sealed class PasswordHash
{
    /// <summary>Rounds of new hashes: what OWASP's password storage guidance asks for with SHA-512.</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>Bounds of what is accepted in a file: fewer rounds protect nothing, more would let a log-in stop a core for seconds.</summary>
    public const int FewestIterations = 1_000, MostIterations = 5_000_000;

    private const int SaltBytes = 16, KeyBytes = 32, MostPasswordBytes = 1024;

    private static readonly PasswordHash Nobody = new(HashAlgorithmName.SHA512, DefaultIterations, new byte[SaltBytes], new byte[KeyBytes]);

    private readonly HashAlgorithmName _algorithm;
    private readonly int _iterations;
    private readonly byte[] _salt, _key;

    private PasswordHash(HashAlgorithmName algorithm, int iterations, byte[] salt, byte[] key) =>
        (_algorithm, _iterations, _salt, _key) = (algorithm, iterations, salt, key);

    /// <summary>A new hash with a new salt.</summary>
    public static PasswordHash Of(string password, int iterations = DefaultIterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, FewestIterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MostIterations);
        var bytes = Encoding.UTF8.GetBytes(password);
        if (bytes.Length is 0 or > MostPasswordBytes)
            throw new ArgumentException($"A password has 1 to {MostPasswordBytes} octets.", nameof(password));
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new PasswordHash(HashAlgorithmName.SHA512, iterations, salt, Rfc2898DeriveBytes.Pbkdf2(bytes, salt, iterations, HashAlgorithmName.SHA512, KeyBytes));
    }

    /// <param name="error">Follows "the hash …"; never repeats it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PasswordHash? hash, [NotNullWhen(false)] out string? error)
    {
        hash = null;
        var parts = text.Split('$');
        error = parts.Length != 5 || parts[0].Length > 0 || parts[1] is not ("pbkdf2-sha512" or "pbkdf2-sha256")
            ? "is none this relay made: write what \"namesake password\" prints, beginning with $pbkdf2-sha512$"
            : !parts[2].StartsWith("i=", StringComparison.Ordinal) || !int.TryParse(parts[2].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
              || iterations is < FewestIterations or > MostIterations
                ? string.Create(CultureInfo.InvariantCulture, $"has a number of rounds we don't take (i={FewestIterations} to {MostIterations})")
                : !TryDecode(parts[3], 8, out var salt) || !TryDecode(parts[4], 20, out var key) ? "is cut off or has characters that are no base64"
                : Accept(parts[1], iterations, salt, key, out hash);
        return hash is not null;
    }

    /// <summary>Whether this is the password. Takes the same time whether it is or not.</summary>
    public bool Verify(string password)
    {
        var bytes = Encoding.UTF8.GetBytes(password);
        if (bytes.Length > MostPasswordBytes)
            return false;
        return CryptographicOperations.FixedTimeEquals(Rfc2898DeriveBytes.Pbkdf2(bytes, _salt, _iterations, _algorithm, _key.Length), _key);
    }

    /// <summary>Takes as long as <see cref="Verify"/> and is false: for user names nobody has, so that time doesn't tell which exist.</summary>
    public static bool VerifyNobody(string password)
    {
        _ = Nobody.Verify(password);
        return false;
    }

    /// <summary>As it stands in the configuration file.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"$pbkdf2-{(_algorithm == HashAlgorithmName.SHA512 ? "sha512" : "sha256")}$i={_iterations}${Encode(_salt)}${Encode(_key)}");

    private static string? Accept(string algorithm, int iterations, byte[] salt, byte[] key, out PasswordHash hash)
    {
        hash = new PasswordHash(algorithm == "pbkdf2-sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, iterations, salt, key);
        return null;
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static bool TryDecode(string text, int least, out byte[] bytes)
    {
        bytes = new byte[64];
        if (text.Length > 86 || !Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), bytes, out var length) || length < least)
            return false;
        bytes = bytes[..length];
        return true;
    }
}

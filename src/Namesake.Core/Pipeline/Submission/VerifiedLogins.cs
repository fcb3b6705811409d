using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Remembers for a few minutes that a password was right, so that an application that logs in for each message doesn't cost a tenth of a second of a core each time.</summary>
/// <remarks>What is kept is a hash of user, password and stored hash under a key that lives in this process only, in memory only. A password that is changed is
/// not found again, because its stored hash is another; a user that is removed is never looked for.</remarks>
internal sealed class VerifiedLogins(TimeProvider time)
{
    /// <summary>Logins remembered, about 2 MB. Beyond them all are forgotten and verified anew.</summary>
    public const int Most = 10_000;

    /// <summary>From the verification on, however often it is used meanwhile.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, long> _verified = new(StringComparer.Ordinal);

    public bool Knows(UserModel user, string password)
    {
        var name = NameOf(user, password);
        if (!_verified.TryGetValue(name, out var at))
            return false;
        if (time.GetElapsedTime(at) < Memory)
            return true;
        _verified.TryRemove(new KeyValuePair<string, long>(name, at));
        return false;
    }

    public void Remember(UserModel user, string password)
    {
        if (_verified.Count >= Most)
            _verified.Clear();
        _verified[NameOf(user, password)] = time.GetTimestamp();
    }

    private string NameOf(UserModel user, string password)
    {
        // Lengths in front: no two triples may read the same.
        var triple = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{user.Name.Length} {password.Length} {user.Name}{password}{user.PasswordHash}");
        return Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(triple)));
    }
}

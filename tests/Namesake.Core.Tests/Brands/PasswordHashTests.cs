using System.Security.Cryptography;
using System.Text;
using Namesake.Core.Brands;

namespace Namesake.Core.Tests.Brands;

public sealed class PasswordHashTests
{
    private const int Few = PasswordHash.FewestIterations;

    [Fact]
    public void The_password_fits_its_hash_and_no_other_does()
    {
        var hash = PasswordHash.Of("correct horse", Few);
        Assert.True(hash.Verify("correct horse"));
        Assert.False(hash.Verify("correct hors"));
        Assert.False(hash.Verify("Correct horse"));
        Assert.False(hash.Verify(""));
    }

    [Fact]
    public void What_is_printed_is_read_back()
    {
        var printed = PasswordHash.Of("pässword", Few).ToString();
        Assert.StartsWith("$pbkdf2-sha512$i=1000$", printed, StringComparison.Ordinal);
        Assert.True(PasswordHash.TryParse(printed, out var read, out _));
        Assert.Equal(printed, read.ToString());
        Assert.True(read.Verify("pässword"));
    }

    [Fact]
    public void Two_hashes_of_one_password_differ() =>
        Assert.NotEqual(PasswordHash.Of("same", Few).ToString(), PasswordHash.Of("same", Few).ToString());

    [Fact]
    public void A_hash_made_elsewhere_with_SHA_256_is_taken()
    {
        byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8];
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes("elsewhere"), salt, 5000, HashAlgorithmName.SHA256, 32);
        var text = $"$pbkdf2-sha256$i=5000${Convert.ToBase64String(salt).TrimEnd('=')}${Convert.ToBase64String(key).TrimEnd('=')}";
        Assert.True(PasswordHash.TryParse(text, out var hash, out var error), error);
        Assert.True(hash.Verify("elsewhere"));
        Assert.Equal(text, hash.ToString());
    }

    [Fact]
    public void Nobody_is_let_in_with_any_password()
    {
        Assert.False(PasswordHash.VerifyNobody(""));
        Assert.False(PasswordHash.VerifyNobody("unknown"));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("")]
    [InlineData("$2y$10$abcdefghijklmnopqrstuv")]
    [InlineData("$pbkdf2-md5$i=210000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sha512$210000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sha512$i=10$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sha512$i=2000000000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sha512$i=210000$AAAAAAAAAAAAAAAAAAAAAA$AAAA")]
    [InlineData("$pbkdf2-sha512$i=210000$AAAAAAAAAAAAAAAAAAAAAA$!!!!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("$pbkdf2-sha512$i=210000$$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_hash_of_ours_is_refused_without_being_repeated(string text)
    {
        Assert.False(PasswordHash.TryParse(text, out _, out var error));
        Assert.True(text.Length == 0 || !error.Contains(text, StringComparison.Ordinal));
    }
}

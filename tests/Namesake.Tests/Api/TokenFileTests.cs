using System.Net;
using System.Runtime.Versioning;
using Namesake.Tests.Configuration;
using Namesake.Web.Access;

namespace Namesake.Tests.Api;

[SupportedOSPlatform("linux")]
public sealed class TokenFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    private string Path => TokenFile.PathIn(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_new_token_has_256_bits_and_only_its_owner_reads_it()
    {
        var token = TokenFile.ReadOrCreate(Path, out var replaced);

        Assert.Null(replaced);
        Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(token).Length);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path));
        Assert.Equal(token, TokenFile.Read(Path));
        Assert.Equal([Path], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void It_is_kept_over_restarts() => Assert.Equal(TokenFile.ReadOrCreate(Path, out _), TokenFile.ReadOrCreate(Path, out _));

    [Fact]
    public void Two_relays_have_two_tokens() =>
        Assert.NotEqual(TokenFile.ReadOrCreate(Path, out _), TokenFile.ReadOrCreate(System.IO.Path.Combine(_directory.Path, "other"), out _));

    [Theory]
    [InlineData(OwnerOnly | UnixFileMode.GroupRead)]
    [InlineData(OwnerOnly | UnixFileMode.OtherRead)]
    [InlineData(OwnerOnly | UnixFileMode.OtherWrite)]
    public void A_token_that_others_could_read_or_write_is_replaced(UnixFileMode mode)
    {
        var old = TokenFile.ReadOrCreate(Path, out _);
        File.SetUnixFileMode(Path, mode);

        var token = TokenFile.ReadOrCreate(Path, out var replaced);

        Assert.NotEqual(old, token);
        Assert.NotNull(replaced);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA?")]
    public void A_damaged_token_is_replaced(string damage)
    {
        _directory.Write("api.token", damage);

        Assert.Equal(43, TokenFile.ReadOrCreate(Path, out var replaced).Length);
        Assert.NotNull(replaced);
    }

    [Fact]
    public void A_huge_file_is_not_read_into_memory()
    {
        using (var stream = File.OpenHandle(Path, FileMode.CreateNew, FileAccess.Write))
            RandomAccess.SetLength(stream, 1L << 40);

        Assert.Null(TokenFile.Read(Path));
    }

    [Fact]
    public void A_link_is_replaced_and_what_it_points_to_is_left_alone()
    {
        var elsewhere = _directory.Write("elsewhere", "precious");
        File.CreateSymbolicLink(Path, elsewhere);

        TokenFile.ReadOrCreate(Path, out var replaced);

        Assert.NotNull(replaced);
        Assert.Null(new FileInfo(Path).LinkTarget);
        Assert.Equal("precious", File.ReadAllText(elsewhere));
    }

    [Fact]
    public async Task A_relay_that_starts_again_takes_the_same_token_and_after_an_exposure_only_the_new_one()
    {
        var demo = new RunningDemo();
        await demo.InitializeAsync();
        try
        {
            var first = demo.Token;
            await demo.RestartAsync();
            Assert.Equal(first, demo.Token);
            Assert.Equal(HttpStatusCode.OK, (await demo.GetAsync("/api/v1/status")).Status);

            File.SetUnixFileMode(demo.TokenFile, OwnerOnly | UnixFileMode.GroupRead);
            await demo.RestartAsync();
            (await demo.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/status"), first)).Problem(HttpStatusCode.Unauthorized, "unauthorized");
            Assert.Equal(HttpStatusCode.OK, (await demo.GetAsync("/api/v1/status")).Status);
        }
        finally
        {
            await demo.DisposeAsync();
        }
    }
}

using Namesake.Core.Brands;

namespace Namesake.Tests.Configuration;

public sealed class SecretTests
{
    private const string Srs = "id: acme, foreignSenders: srs, ";

    [Fact]
    public void A_value_may_come_from_the_environment()
    {
        var text = ConfigurationText.With("id: acme, ", Srs + "srsSecret: \"${env:SECRET}\", ").Replace("node: relay1", "node: ${env:NODE}", StringComparison.Ordinal);
        var configuration = ConfigurationText.Good(text, environment: new() { ["SECRET"] = "sixteen characters and more", ["NODE"] = "relay7" });
        Assert.Equal("sixteen characters and more", configuration.Relay.Brands.All[0].SrsSecret);
        Assert.Equal("relay7", configuration.Relay.Node);
    }

    [Theory]
    [InlineData("${env:NOT_SET}", "the environment variable NOT_SET is not set, or empty")]
    [InlineData("${env:EMPTY}", "the environment variable EMPTY is not set, or empty")]
    [InlineData("${env:}", "must be the whole value")]
    [InlineData("prefix-${env:SECRET}", "must be the whole value")]
    [InlineData("${env:SECRET}-suffix", "must be the whole value")]
    [InlineData("${env:SECRET", "must be the whole value")]
    public void What_cannot_be_had_from_the_environment_is_told(string written, string expected) =>
        Assert.Contains(expected, ConfigurationText.OnlyError(ConfigurationText.With("node: relay1", $"node: \"{written}\""), new() { ["EMPTY"] = "", ["SECRET"] = "x" }), StringComparison.Ordinal);

    [Fact]
    public void No_message_shows_a_secret_or_what_came_from_the_environment()
    {
        var text = ConfigurationText.With("id: acme, ", Srs + "srsSecret: \"hunter2\\a\", ").Replace("node: relay1", "node: ${env:NODE}", StringComparison.Ordinal)
            + "\nusers: [ { name: app, brand: acme, passwordHash: hunter2 } ]\nmaximumMessageBytes: ${env:NODE}";
        var reading = ConfigurationText.Read(text, environment: new() { ["NODE"] = "hunter2 is no name" });
        Assert.Equal(4, reading.Problems.Count(problem => problem.IsError));
        Assert.All(reading.Problems, problem => Assert.DoesNotContain("hunter2", problem.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_may_stand_in_a_file_of_its_own()
    {
        using var directory = new TemporaryDirectory();
        var hash = PasswordHash.Of("right", PasswordHash.FewestIterations);
        directory.Write("secrets/app", hash + "\n");
        directory.Write("secrets/srs", "sixteen characters and more\r\nsecond line\n");
        var text = ConfigurationText.With("id: acme, ", Srs + "srsSecretFile: secrets/srs, ") + "\nusers: [ { name: app, brand: acme, passwordHashFile: secrets/app } ]";
        var configuration = ConfigurationText.Good(text, directory.Path);
        Assert.Equal("sixteen characters and more", configuration.Relay.Brands.All[0].SrsSecret);
        Assert.True(configuration.Relay.Users[0].PasswordHash.Verify("right"));
    }

    [Fact]
    public void A_secret_in_two_places_is_refused()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("srs", "sixteen characters and more");
        var reading = ConfigurationText.Read(ConfigurationText.With("id: acme, ", Srs + "srsSecret: sixteen characters and more, srsSecretFile: srs, "), directory.Path);
        Assert.Contains("srsSecret is given too", Assert.Single(reading.Problems).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n\nsecret", "is empty")]
    [InlineData(null, "there is no such file")]
    public void A_secret_file_that_holds_none_is_told(string? content, string expected)
    {
        using var directory = new TemporaryDirectory();
        if (content is not null)
            directory.Write("srs", content);
        var reading = ConfigurationText.Read(ConfigurationText.With("id: acme, ", Srs + "srsSecretFile: srs, "), directory.Path);
        Assert.Contains(expected, Assert.Single(reading.Problems).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_file_of_unbearable_size_is_refused()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("srs", new string('x', 5000));
        var reading = ConfigurationText.Read(ConfigurationText.With("id: acme, ", Srs + "srsSecretFile: srs, "), directory.Path);
        Assert.Contains(reading.Problems, problem => problem.Text.Contains("larger than 4 KiB", StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_file_that_everybody_reads_is_a_warning()
    {
        using var directory = new TemporaryDirectory();
        var path = directory.Write("srs", "sixteen characters and more");
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has other permissions.");
        else
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var reading = ConfigurationText.Read(ConfigurationText.With("id: acme, ", Srs + "srsSecretFile: srs, "), directory.Path);
        Assert.NotNull(reading.Configuration);
        Assert.Contains("can be read by every user", Assert.Single(reading.Problems).Text, StringComparison.Ordinal);
    }
}

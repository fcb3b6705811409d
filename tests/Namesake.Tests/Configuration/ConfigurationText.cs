using Microsoft.Extensions.Time.Testing;
using Namesake.Configuration;

namespace Namesake.Tests.Configuration;

/// <summary>Reads configuration texts the way the relay reads its file.</summary>
internal static class ConfigurationText
{
    /// <summary>The least that is valid, in lines that tests can build on.</summary>
    public const string Small = """
        node: relay1
        data: ./data
        listeners:
          - { address: "0.0.0.0:25", brand: acme, relayFrom: ["10.0.0.0/8"] }
        brands:
          - { id: acme, senderDomains: [acme.test], sources: [acme-v4] }
        sources:
          - { id: acme-v4, localAddress: 10.0.0.5, publicAddress: 198.100.1.5, ehlo: mail.acme.test }
        """;

    public static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public static ConfigurationReading Read(string text, string? directory = null, Dictionary<string, string>? environment = null) =>
        new ConfigurationReader(new FakeTimeProvider(Now), name => environment?.GetValueOrDefault(name)).ReadText(text, directory ?? Path.GetTempPath());

    public static NamesakeConfiguration Good(string text, string? directory = null, Dictionary<string, string>? environment = null)
    {
        var reading = Read(text, directory, environment);
        Assert.True(reading.Configuration is not null, string.Join('\n', reading.Problems));
        return reading.Configuration;
    }

    /// <summary>Exactly one error, and this is its text.</summary>
    public static string OnlyError(string text, Dictionary<string, string>? environment = null)
    {
        var reading = Read(text, environment: environment);
        Assert.Null(reading.Configuration);
        return Assert.Single(reading.Problems, problem => problem.IsError).ToString();
    }

    public static string OnlyWarning(string text)
    {
        var reading = Read(text);
        Assert.True(reading.Configuration is not null, string.Join('\n', reading.Problems));
        return Assert.Single(reading.Problems).ToString();
    }

    /// <summary>The small configuration with one piece replaced; fails when the piece isn't there.</summary>
    public static string With(string piece, string replacement)
    {
        Assert.Contains(piece, Small, StringComparison.Ordinal);
        return Small.Replace(piece, replacement, StringComparison.Ordinal);
    }
}

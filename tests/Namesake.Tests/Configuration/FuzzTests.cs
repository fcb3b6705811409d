using System.Text;
using Namesake.Configuration;

namespace Namesake.Tests.Configuration;

/// <summary>Samples, mutated: whatever comes of it, the reader answers with problems or a configuration, and never with an exception.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 1000;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ": ", "- ", "\n", "\n  ", "\t", "#", "&a ", "*a", "<<: *a", "!x ", "\"", "'", "|\n", ">\n", "?", "---\n", "...\n", "%YAML 1.2\n", "~", "\\", "\0", "\ud800", "\ufeff", "é",
        "0.0.0.0:25", "::/0", "999999999999", "-1", "${env:X}", "${env:", "*", "null", "true", "localhost", "brands:", "sources:", "id:", "5d", "1e9", "50 MiB", "\u2028", "\u0085", "\r",
    ];

    [Theory]
    [InlineData("small.yaml", 1)]
    [InlineData("small.yaml", 2)]
    [InlineData("namesake.yaml", 3)]
    [InlineData("namesake.yaml", 4)]
    public void A_mutated_sample_is_never_more_than_a_list_of_problems(string sample, int seed)
    {
        var original = File.ReadAllText(Path.Combine(Repository.Root, "samples", sample));
        var random = new Random(seed);
        var (readable, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var text = Mutate(original, random);
            var reading = Read(text, () => ConfigurationText.Read(text, "/nowhere", new() { ["X"] = "x", ["ACME_SRS_SECRET"] = "sixteen characters and more" }));
            Assert.True(reading.Configuration is not null ^ reading.Problems.Any(problem => problem.IsError), text);
            _ = reading.Configuration is null ? refused++ : readable++;
        }
        // Otherwise the mutations test nothing.
        Assert.InRange(refused, Rounds / 10, Rounds);
        Assert.True(sample != "small.yaml" || readable > Rounds / 100, $"{readable} readable");
    }

    [Fact]
    public void Mutated_bytes_are_never_more_than_a_list_of_problems()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "namesake.yaml");
        var original = File.ReadAllBytes(Path.Combine(Repository.Root, "samples", "small.yaml"));
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var bytes = original.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes);
            var reading = Read(Convert.ToHexString(bytes), () => new ConfigurationReader().Read(path));
            Assert.True(reading.Configuration is not null ^ reading.Problems.Any(problem => problem.IsError));
        }
    }

    private static ConfigurationReading Read(string input, Func<ConfigurationReading> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var reading = read();
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000_000, $"Too much memory for:\n{input}");
            return reading;
        }
        catch (Exception thrown) when (thrown is not Xunit.Sdk.IAssertionException)
        {
            throw new InvalidOperationException($"Reading threw for:\n{input}", thrown);
        }
    }

    private static string Mutate(string original, Random random)
    {
        var text = new StringBuilder(original);
        for (var i = random.Next(1, 5); i > 0 && text.Length > 0; i--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, random.Next(2, 200)), text.Length - at);
            switch (random.Next(6))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 2:
                    text.Insert(random.Next(text.Length), text.ToString(at, length));
                    break;
                case 3:
                    text[at] = (char)random.Next(1, 0x180);
                    break;
                case 4:
                    text.Remove(at, Math.Min(3, text.Length - at)).Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                default:
                    text.Length = at;
                    break;
            }
        }
        return text.ToString();
    }
}

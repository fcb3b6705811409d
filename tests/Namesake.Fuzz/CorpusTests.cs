using System.Text;

namespace Namesake.Fuzz;

/// <summary>Replays the corpora: every file, and mutations of it that are the same in every run. Fuzzing without end is the benchmarks' business.</summary>
public sealed class CorpusTests
{
    private const int MutationsPerFile = 400;

    /// <summary>Far more than any parser needs for inputs of this size: what is bounded stays below, what grows out of bounds doesn't.</summary>
    private const long MaxAllocation = 4 * 1024 * 1024;

    private static readonly string Corpora = Path.Combine(AppContext.BaseDirectory, "Corpus");

    public static TheoryData<string, string> Files()
    {
        var files = new TheoryData<string, string>();
        foreach (var folder in Directory.EnumerateDirectories(Corpora).Order(StringComparer.Ordinal))
            foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
                files.Add(Path.GetFileName(folder), Path.GetFileName(file));
        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_promise_is_kept_on_the_file_and_on_its_mutations(string target, string file)
    {
        var folder = Path.Combine(Corpora, target);
        var corpus = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        var original = File.ReadAllBytes(Path.Combine(folder, file));
        var mutations = new Mutations(Hash(target + "/" + file), corpus);
        Run(target, original);
        for (var i = 0; i < MutationsPerFile; i++)
            Run(target, mutations.Next(original));
    }

    [Fact]
    public void Every_target_has_a_corpus_and_every_corpus_a_target()
    {
        Assert.Equal(FuzzTargets.All.Keys.Order(StringComparer.Ordinal), Directory.GetDirectories(Corpora).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetDirectories(Corpora), d => Assert.True(Directory.GetFiles(d).Length >= 3, d));
    }

    [Fact]
    public void Mutations_are_the_same_in_every_run()
    {
        byte[] original = [.. "MAIL FROM:<ann@acme.example>"u8];
        var a = new Mutations(1, [original]);
        var b = new Mutations(1, [original]);
        var produced = Enumerable.Range(0, 50).Select(_ => a.Next(original)).ToList();
        Assert.All(produced, octets => Assert.Equal(octets, b.Next(original)));
        Assert.True(produced.Select(Convert.ToHexString).Distinct().Count() > 40);
    }

    [Fact]
    public void A_broken_promise_is_noticed()
    {
        var broken = Assert.Throws<BrokenPromiseException>(() => Promise.That(1 > 2));
        Assert.Contains("1 > 2", broken.Message, StringComparison.Ordinal);
    }

    private static void Run(string target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            FuzzTargets.All[target](input);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{target} on {Convert.ToBase64String(input)} ({Show(input)}): {failure.Message}", failure);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MaxAllocation, $"{target} allocated {allocated} bytes on {Show(input)}");
    }

    private static string Show(byte[] input) =>
        string.Concat(Encoding.Latin1.GetString(input, 0, Math.Min(input.Length, 300)).Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\x{(int)c:X2}"));

    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037;
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211;
        return hash;
    }
}

namespace Namesake.Core.Tests.Golden;

/// <summary>Texts that people of a trade have looked at. They change on purpose only: NAMESAKE_UPDATE_GOLDEN=1 writes them anew, and then the difference is looked at.</summary>
internal static class GoldenFile
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "Namesake.Core.Tests", "Golden");

    public static void Equal(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("NAMESAKE_UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, text);
        Assert.True(File.Exists(path), $"{path} is missing: run the tests with NAMESAKE_UPDATE_GOLDEN=1 and look at what it says.");
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Namesake.slnx")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("Namesake.slnx was not found above the tests.");
    }
}

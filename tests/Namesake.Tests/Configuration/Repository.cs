namespace Namesake.Tests.Configuration;

/// <summary>The working copy the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Namesake.slnx")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("Namesake.slnx was not found above the tests.");
    }
}

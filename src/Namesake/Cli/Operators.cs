namespace Namesake.Cli;

/// <summary>Who gives a command, for the log and for everybody who asks later.</summary>
internal static class Operators
{
    /// <summary>"ann@relay1". The token says that it was allowed, this only says who it was.</summary>
    public static string Name => $"{Environment.UserName}@{Environment.MachineName}";
}

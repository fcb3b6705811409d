namespace Namesake.Lab.Tests.Lab.Receivers;

/// <summary>Accounts that exist on one lab host only: its passwd and group are the machine's, and these.</summary>
internal static class Users
{
    public static async Task AddAsync(string etc, params (string Name, int Id)[] users)
    {
        await File.WriteAllTextAsync(
            Path.Combine(etc, "passwd"),
            await Without("/etc/passwd", users) + string.Concat(users.Select(user => $"{user.Name}:x:{user.Id}:{user.Id}::/nonexistent:/usr/sbin/nologin\n")));
        await File.WriteAllTextAsync(
            Path.Combine(etc, "group"),
            await Without("/etc/group", users) + string.Concat(users.Select(user => $"{user.Name}:x:{user.Id}:\n")));
    }

    // The machine may have the same package installed, and with it the account.
    private static async Task<string> Without(string file, (string Name, int Id)[] users) =>
        string.Concat((await File.ReadAllLinesAsync(file)).Where(line => !users.Any(user => line.StartsWith(user.Name + ":", StringComparison.Ordinal))).Select(line => line + "\n"));
}

using System.Collections.Immutable;
using Namesake.Configuration.Sections;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline;

namespace Namesake.Configuration.Checks;

internal static class UserChecks
{
    public static ImmutableArray<UserModel> Load(ConfigurationDraft draft, Problems problems)
    {
        var users = ImmutableArray.CreateBuilder<UserModel>(draft.Users.Length);
        foreach (var user in draft.Users)
        {
            if (user.PasswordHash is not { } text)
                continue;
            if (!PasswordHash.TryParse(text.Value, out var hash, out var error))
                problems.Error(text.At, $"users: {user.Name?.Value ?? "?"}: the passwordHash {error}");
            else if (user.Name is { Value: "dsn" } taken)
                problems.Error(taken.At, "users: dsn: the name is taken by the relay's own reports; choose another");
            else if (user is { Name: { } name, Brand: { } brand })
                users.Add(new UserModel(name.Value, brand.Value, hash) { Limits = user.Limits, Anomalies = user.Anomalies });
        }
        return users.ToImmutable();
    }
}

using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Forms;
using Namesake.Core.Brands;

namespace Namesake.Configuration.Sections;

/// <summary>Who may submit with AUTH.</summary>
internal static class UserSection
{
    public static readonly Key<string> Name = Key.Required("name", new ParsedForm<string>("a user name", TryUserName, "1 to 255 characters, no spaces"), "As the client gives it with AUTH; case counts.");
    public static readonly Key<BrandId> Brand = Key.Required("brand", Form.Brand, "All its mail belongs to this brand.");
    public static readonly Key<string> PasswordHash = Key.Optional("passwordHash", Form.Secret, "As `namesake password` prints it.");
    public static readonly Key<string> PasswordHashFile = Key.Optional("passwordHashFile", Form.FileName, "A file whose first line is `passwordHash`. One of the two is needed.");

    public static readonly Key<SectionReader> Limits = Key.Optional("limits", Form.Group(LimitsSection.OfUser), "How much it may hand in. Without it: no limits but the brand's.");

    public static readonly Key<SectionReader> Anomalies = Key.Optional("anomalies", Form.Group(AnomaliesSection.OfUser), "When it is unlike itself. Without it as at its brand.");

    public static readonly Section Section = new("users[]", "Who may submit with AUTH PLAIN or LOGIN, over TLS only.", [Name, Brand, PasswordHash, PasswordHashFile, Limits, Anomalies]);

    public static UserDraft Read(SectionReader reader, Reading reading)
    {
        var hash = SecretFile.Read(reader, PasswordHash, PasswordHashFile, reading);
        if (hash is null && !reader.Has(PasswordHash) && !reader.Has(PasswordHashFile))
            reading.Problems.Error(reader.At, "users: passwordHash or passwordHashFile is missing: make a hash with \"namesake password\"");
        return new UserDraft(reader.At, reader.Find(Name), reader.Find(Brand), hash, LimitsSection.Read(reader.Find(Limits)), AnomaliesSection.Read(reader.Find(Anomalies)));
    }

    private static bool TryUserName(string text, [MaybeNullWhen(false)] out string result, [NotNullWhen(false)] out string? error)
    {
        result = text;
        error = text.Length is >= 1 and <= 255 && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? null : "is no user name: 1 to 255 characters without spaces";
        return error is null;
    }
}

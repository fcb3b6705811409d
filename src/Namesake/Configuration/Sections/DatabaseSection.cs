using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Namesake.Configuration.Forms;
using Namesake.Storage;

namespace Namesake.Configuration.Sections;

internal static partial class DatabaseSection
{
    private static readonly PostgresOptions Defaults = new() { Host = "" };

    public static readonly Key<string> Host = Key.Required("host", Form.Text, "Host name or address of the server, or the directory of its socket, as `/run/postgresql`.");
    public static readonly Key<int> Port = Key.Optional("port", Form.WholeNumber(1, 65_535), Defaults.Port, "Its port; of a socket its number.");
    public static readonly Key<string> Name = Key.Optional("name", Form.Text, Defaults.Database, "The database. It must be in UTF-8.");
    public static readonly Key<string> User = Key.Optional("user", Form.Text, Defaults.User, "Who we are there. Must be allowed to make tables in `schema`.");
    public static readonly Key<string> Password = Key.Optional("password", Form.Secret, "Not needed where the server knows us by the socket.");
    public static readonly Key<string> PasswordFile = Key.Optional("passwordFile", Form.FileName, "A file whose first line is `password`.");
    public static readonly Key<string> Schema = Key.Optional("schema", new ParsedForm<string>("a name", TrySchema, "lower-case letters, digits, `_`; 1 to 40 of them"), Defaults.Schema,
        "Where the tables are. Made when it is missing. Relays with one schema are nodes of one cluster: one sends, the others wait to take over.");
    public static readonly Key<PostgresTls> Tls = Key.Optional("tls", Form.Words<PostgresTls>(), Defaults.Tls,
        "`verify`: the certificate must be valid for `host`. `require`: any certificate. `off`: in clear. Has no meaning over a socket.");
    public static readonly Key<string> AuthorityFile = Key.Optional("authorityFile", Form.FileName, "PEM file of the authorities the certificate may come from. Without it those of the system.");
    public static readonly Key<TimeSpan> Lease = Key.Optional("lease", Form.Duration(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)), Defaults.Lease,
        "After this long without a sign of life, by the server's clock, other nodes take over what this one had claimed, and its sources. Cut off from the server a node stops sending a tenth earlier.");
    public static readonly Key<int> Writers = Key.Optional("writers", Form.WholeNumber(1, 8), Defaults.Writers, "Connections that commit mail. One more is for administration, two for the leases.");
    public static readonly Key<int> Readers = Key.Optional("readers", Form.WholeNumber(1, 32), Defaults.Readers, "Connections that read beside them.");

    public static readonly Section Section = new("database",
        "PostgreSQL in place of the embedded spool. Verdicts, tallies and freezes are kept there too; `data` still holds the CLI's token. Of `spool` only `eventDays` and `eventBytes` count then.",
        [Host, Port, Name, User, Password, PasswordFile, Schema, Tls, AuthorityFile, Lease, Writers, Readers]);

    public static PostgresOptions? Read(SectionReader reader, Reading reading, SpoolOptions spool)
    {
        var host = reader.Find(Host);
        var password = SecretFile.Read(reader, Password, PasswordFile, reading);
        var tls = reader.Get(Tls);
        if (tls == PostgresTls.Off && host is not null && !host.Value.StartsWith('/') && host.Value is not ("localhost" or "127.0.0.1" or "::1"))
            reading.Problems.Warning(host.At, "database: tls is off: mail and the password cross the network in clear");
        var options = new PostgresOptions
        {
            Host = host?.Value ?? "",
            Port = reader.Get(Port),
            Database = reader.Get(Name),
            User = reader.Get(User),
            Password = password?.Value,
            Schema = reader.Get(Schema),
            Tls = tls,
            AuthorityFile = reader.Find(AuthorityFile) is { } file ? reading.Resolve(file.Value) : null,
            Lease = reader.Get(Lease),
            Writers = reader.Get(Writers),
            Readers = reader.Get(Readers),
            EventDays = spool.EventDays,
            EventBytes = spool.EventBytes,
        };
        return host is null ? null : options; // its absence has been reported
    }

    private static bool TrySchema(string text, [MaybeNullWhen(false)] out string result, [NotNullWhen(false)] out string? error)
    {
        result = text;
        error = SchemaName().IsMatch(text) ? null : "is no name of a schema: lower-case letters, digits and _, beginning with a letter, at most 40";
        return error is null;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$")]
    private static partial Regex SchemaName();
}

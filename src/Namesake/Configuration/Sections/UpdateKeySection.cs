using Namesake.Configuration.Forms;
using Namesake.Network.Dns.Providers;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>A key that updates are signed with. RFC 8945</summary>
internal static class UpdateKeySection
{
    /// <summary>RFC 8945 §6 names them so, with hyphens.</summary>
    private static readonly Form<UpdateAlgorithm> AlgorithmForm = new ParsedForm<UpdateAlgorithm>("an algorithm", TryAlgorithm,
        string.Join(", ", Enum.GetValues<UpdateAlgorithm>().Select(algorithm => $"`{algorithm.Word()}`")), show: algorithm => algorithm.Word());

    public static readonly Key<DomainName> Name = Key.Required("name", Form.Domain, "As the server knows it: `key \"name\"` in BIND.");
    public static readonly Key<UpdateAlgorithm> Algorithm = Key.Optional("algorithm", AlgorithmForm, UpdateAlgorithm.HmacSha256, "As the server has it for this key.");
    public static readonly Key<string> Secret = Key.Optional("secret", Form.Secret, "In base64, as `tsig-keygen` prints it. Better in a file of its own.");
    public static readonly Key<string> SecretFileName = Key.Optional("secretFile", Form.FileName, "A file whose first line is `secret`.");

    public static readonly Section Section = new("dnsProviders[].key", "The shared secret that updates are signed with (TSIG).", [Name, Algorithm, Secret, SecretFileName]);

    public static UpdateKey? Read(SectionReader reader, Reading reading)
    {
        var (name, algorithm) = (reader.Find(Name), reader.Get(Algorithm));
        if (!reader.Has(Secret) && !reader.Has(SecretFileName))
            reading.Problems.Error(reader.At, "dnsProviders: key: has no secret; give secretFile, or secret");
        if (SecretFile.Read(reader, Secret, SecretFileName, reading) is not { } secret)
            return null;
        var octets = new byte[secret.Value.Length];
        if (!Convert.TryFromBase64String(secret.Value, octets, out var length) || length == 0)
        {
            reading.Problems.Error(secret.At, "dnsProviders: key: the secret is no base64, as `tsig-keygen` prints it");
            return null;
        }

        return name is null ? null : new UpdateKey(name.Value, algorithm, [.. octets[..length]]);
    }

    private static bool TryAlgorithm(string text, out UpdateAlgorithm result, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? error)
    {
        foreach (var algorithm in Enum.GetValues<UpdateAlgorithm>())
            if (algorithm.Word().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                (result, error) = (algorithm, null);
                return true;
            }

        result = default;
        error = text.Contains("md5", StringComparison.OrdinalIgnoreCase) ? "is broken and not offered: make a key of hmac-sha256" : "is no algorithm we know";
        return false;
    }
}

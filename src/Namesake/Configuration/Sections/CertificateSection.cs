using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Namesake.Configuration.Forms;
using Namesake.Protocol.Addresses;

namespace Namesake.Configuration.Sections;

/// <summary>Certificates for STARTTLS and implicit TLS.</summary>
internal static class CertificateSection
{
    private static readonly Form<string> CertificateName = new ParsedForm<string>("a host name", TryName, "`mail.example.org`, or `*.example.org` for one label");

    public static readonly Key<ImmutableArray<Placed<string>>> Name = Key.Required("name", Form.List(CertificateName, "host names", least: 1),
        "Which names it serves: chosen by the name the client asks for, else by the listener's name, else the first certificate.");
    public static readonly Key<string> CertificateFile = Key.Required("certificateFile", Form.FileName, "PEM: the certificate, then its intermediates.");
    public static readonly Key<string> KeyFile = Key.Required("keyFile", Form.FileName, "PEM: its private key, not encrypted, readable by the relay only.");

    public static readonly Section Section = new("certificates[]", "Certificates for STARTTLS and implicit TLS. Without any, TLS and therefore AUTH are not offered.", [Name, CertificateFile, KeyFile]);

    public static CertificateDraft Read(SectionReader reader) =>
        new(reader.At, reader.Find(Name)?.Value ?? [], reader.Find(CertificateFile), reader.Find(KeyFile));

    private static bool TryName(string text, [MaybeNullWhen(false)] out string result, [NotNullWhen(false)] out string? error)
    {
        result = null;
        var wild = text.StartsWith("*.", StringComparison.Ordinal);
        error = DomainName.TryParse(wild ? text[2..] : text, out var domain, out var why) ? null
            : text.Contains('*', StringComparison.Ordinal) ? "is no host name: a star stands for the first label only, as in *.example.org"
            : $"is no host name: {why}";
        if (domain is not null)
            result = wild ? $"*.{domain}" : domain.Value;
        return error is null;
    }
}

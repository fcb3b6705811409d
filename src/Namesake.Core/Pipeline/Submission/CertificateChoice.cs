using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Which certificate a client gets: the one for the name it asked for (SNI), else for the listener's name, else the first.</summary>
public static class CertificateChoice
{
    public static CertificateModel? For(RelayModel model, string? asked, HostName listener) =>
        (asked is null ? null : Covering(model, asked)) ?? Covering(model, listener.Value) ?? (model.Certificates.IsEmpty ? null : model.Certificates[0]);

    /// <summary>Whether it is configured for the name.</summary>
    public static bool Serves(CertificateModel certificate, string name)
    {
        foreach (var pattern in certificate.Names)
            if (Covers(pattern, name))
                return true;
        return false;
    }

    private static CertificateModel? Covering(RelayModel model, string name)
    {
        foreach (var entry in model.Certificates)
            if (Serves(entry, name))
                return entry;
        return null;
    }

    /// <summary>"*.example.org" covers exactly one label more (RFC 6125 §6.4.3).</summary>
    private static bool Covers(string pattern, string name) =>
        string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase)
        || (pattern.StartsWith("*.", StringComparison.Ordinal)
            && name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && name.AsSpan(dot + 1).Equals(pattern.AsSpan(2), StringComparison.OrdinalIgnoreCase));
}

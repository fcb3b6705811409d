using System.Globalization;

namespace Namesake.Configuration.Forms;

/// <param name="Host">A host name, or an address without brackets.</param>
internal sealed record HostAndPort(string Host, int Port)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}

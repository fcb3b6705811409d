using System.Globalization;
using System.Text;

namespace Namesake.Lab.Tests.Lab.Names;

/// <summary>A zone of the lab as planned: its origin (without final dot; the root is empty) and its records, but for SOA and NS at the origin.</summary>
public sealed record LabZone(string Origin, IReadOnlyList<LabRecord> Records)
{
    /// <summary>Seconds; low, as in a zone about to be changed, so that what a test changes is seen at once.</summary>
    public const int TimeToLive = 2;

    public string FileName => Origin.Length == 0 ? "root.zone" : $"{Origin.Replace('/', '-')}.zone";

    public bool Contains(string name) => Origin.Length == 0 || name == Origin || name.EndsWith("." + Origin, StringComparison.Ordinal);

    public string ToZoneFile()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"$TTL {TimeToLive}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Origin}. SOA ns1.nic.example. hostmaster.nic.example. 1 3600 600 86400 {TimeToLive}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Origin}. NS ns1.nic.example.");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Origin}. NS ns2.nic.example.");
        foreach (var record in Records)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{record.Name}. {record.Type} {record.Data}");
        }

        return text.ToString();
    }
}

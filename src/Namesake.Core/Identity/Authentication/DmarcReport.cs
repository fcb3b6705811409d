using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Xml;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Authentication;

/// <summary>A DMARC aggregate report. RFC 9990 §3, before it RFC 7489 appendix C</summary>
internal static class DmarcReport
{
    /// <summary>Rows that are kept; the rest is passed over.</summary>
    private const int MostRows = 10_000;

    private const int MostSelectors = 20;

    private const int MostCharacters = 300;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit, // no entities, no files of ours
        XmlResolver = null,
        MaxCharactersInDocument = ReportFile.MostUnpacked,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    public static bool TryRead(Stream content, [NotNullWhen(true)] out SenderReport? report, [NotNullWhen(false)] out string? error)
    {
        report = null;
        using var reader = XmlReader.Create(content, Settings);
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "feedback")
        {
            error = "it is XML, but no DMARC report";
            return false;
        }
        var head = new Dictionary<string, string>(StringComparer.Ordinal);
        var rows = ImmutableArray.CreateBuilder<ReportedSender>();
        // Namespaces differ from writer to writer, and the names are the same.
        var path = new List<string>();
        var row = new Row();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element when !reader.IsEmptyElement:
                    if (path.Count == 16)
                        return Refuse("its elements are nested too deeply", out error);
                    path.Add(reader.LocalName);
                    if (path is ["record"])
                        row = new Row();
                    else if (path is ["record", "auth_results", "dkim"])
                        row.BeginSignature();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when path is ["record", ..]:
                    row.Take(path, Value(reader));
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA when path is [.., "org_name" or "begin" or "end"]:
                    head[path[^1]] = Value(reader);
                    break;
                case XmlNodeType.EndElement when path.Count > 0:
                    if (path is ["record", "auth_results", "dkim"])
                        row.EndSignature();
                    else if (path is ["record"] && rows.Count < MostRows && row.ToSender(Reporter(head)) is { } sender)
                        rows.Add(sender);
                    path.RemoveAt(path.Count - 1);
                    break;
            }
        }
        report = new SenderReport(Reporter(head), Time(head, "begin"), Time(head, "end"), rows.DrainToImmutable());
        error = null;
        return true;
    }

    private static string Reporter(Dictionary<string, string> head) => ReportFile.OneLine(head.GetValueOrDefault("org_name") ?? "unknown");

    private static DateTimeOffset Time(Dictionary<string, string> head, string name) =>
        long.TryParse(head.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253_402_300_799 // the year 9999
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.UnixEpoch;

    /// <summary>Only so much of it: what nobody needs is never in memory as a whole.</summary>
    private static string Value(XmlReader reader)
    {
        var buffer = new char[MostCharacters + 1];
        var (length, read) = (0, 0);
        while (length < buffer.Length && (read = reader.ReadValueChunk(buffer, length, buffer.Length - length)) > 0)
            length += read;
        return length > MostCharacters ? "" : new string(buffer, 0, length).Trim();
    }

    private static bool Refuse(string why, out string error)
    {
        error = why;
        return false;
    }

    private sealed class Row
    {
        private readonly List<string> _selectors = [];
        private IPAddress? _address;
        private long _count;
        private bool _spf, _dkim, _verified;
        private string? _selector;
        private DomainName? _from;

        public void BeginSignature() => (_selector, _verified) = (null, false);

        public void EndSignature()
        {
            if (_verified && _selector is { Length: > 0 } && _selectors.Count < MostSelectors)
                _selectors.Add(_selector.ToLowerInvariant());
        }

        public void Take(List<string> path, string value)
        {
            switch (path)
            {
                case ["record", "row", "source_ip"]:
                    _address = IPAddress.TryParse(value, out var address) ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address : null;
                    break;
                case ["record", "row", "count"]:
                    _ = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _count);
                    break;
                case ["record", "row", "policy_evaluated", "dkim"]:
                    _dkim = value == "pass";
                    break;
                case ["record", "row", "policy_evaluated", "spf"]:
                    _spf = value == "pass";
                    break;
                case ["record", "identifiers", "header_from"]:
                    _ = DomainName.TryParse(value, out _from, out _);
                    break;
                case ["record", "auth_results", "dkim", "selector"]:
                    _selector = value;
                    break;
                case ["record", "auth_results", "dkim", "result"]:
                    _verified = value == "pass";
                    break;
            }
        }

        /// <returns>Null: it names no address or no domain.</returns>
        public ReportedSender? ToSender(string reporter) =>
            _address is null || _from is null ? null : new ReportedSender(ReportKind.Dmarc, _address, _count, _from, reporter, _spf, _dkim) { Selectors = [.. _selectors] };
    }
}

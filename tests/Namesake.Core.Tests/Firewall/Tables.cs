using System.Net;
using Namesake.Core.Firewall;

namespace Namesake.Core.Tests.Firewall;

internal static class Tables
{
    /// <summary>Two addresses that share a public one, one with its own, and one that keeps its own.</summary>
    public static TranslationTable Usual { get; } = Of("10.0.0.11 203.0.113.5", "10.0.0.12 203.0.113.5", "10.0.0.13 203.0.113.6", "203.0.113.7 203.0.113.7");

    public static TranslationTable Of(params string[] mappings) =>
        new([.. mappings.Select(text => text.Split(' ')).Select(pair => new Mapping(IPAddress.Parse(pair[0]), IPAddress.Parse(pair[1])))]);
}

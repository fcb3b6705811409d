using System.Collections.Frozen;

namespace Namesake.Core.Receivers;

/// <summary>The part of a host name somebody registered: "example.co.uk" of "mx1.example.co.uk".</summary>
/// <remarks>A small stand-in for the Public Suffix List, which changes weekly and has no package on our list. It only groups receivers, so an error is cheap: a suffix we don't
/// know puts several registrants into one site (they share a back-off, and what their refusals count for a submitter), never mail into wrong hands. Cookies or policy must not be built on it.</remarks>
public static class RegistrableDomain
{
    // Second-level labels under which countries register names; with a two-letter top level only.
    private static readonly FrozenSet<string> SecondLevel = new[]
    {
        "ac", "ad", "asn", "asso", "co", "com", "ed", "edu", "go", "gob", "gov", "gouv", "govt", "gr", "gv", "id", "info", "lg", "ltd", "me", "mil", "mod", "muni", "ne", "net", "nhs",
        "nic", "nom", "or", "org", "plc", "police", "pro", "sch", "school", "web", "gen", "geek", "iwi", "maori", "kiwi", "cri", "firm", "ind", "nom", "res", "ernet", "bel", "pol",
        "av", "bbs", "k12", "tel", "tv", "biz", "name", "priv", "eng", "adv", "blog", "art", "esp", "flog", "jus", "leg", "mp", "vix", "tur", "med", "psi", "srv", "wiki", "perso", "presse",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Countries where such a label is a registrant like any other: "me.de" or "pro.it" were bought by somebody.
    private static readonly FrozenSet<string> FlatCountries = new[]
    {
        "ag", "am", "at", "be", "bz", "ca", "cc", "ch", "cz", "de", "dk", "ee", "eu", "fi", "fm", "gg", "ie", "io", "is", "it", "je", "li", "lt", "lu", "lv", "me", "nl", "no", "nu", "sc",
        "se", "sh", "si", "sk", "so", "st", "tk", "to", "us", "ws",
    }.ToFrozenSet(StringComparer.Ordinal);

    // What the two rules above miss and many mail hosts bear.
    private static readonly FrozenSet<string> Others = new[]
    {
        "ac.at", "co.at", "gv.at", "or.at", "com.de", "co.ca", "gc.ca", "on.ca", "qc.ca", "bc.ca", "ab.ca", "msk.ru", "spb.ru", "kiev.ua", "kyiv.ua", "lviv.ua", "in.ua", "waw.pl", "uk.com", "us.com", "eu.com",
        "de.com", "gb.net", "se.net", "uk.net", "co.com", "co.no", "co.nl", "edu.it", "gov.it", "gov.ie", "gov.sk", "gov.lt", "gov.lv",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The name itself when it is too short to have one.</summary>
    public static string Of(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var labels = host.Split('.');
        if (labels.Length < 3)
            return host;
        var suffix = $"{labels[^2]}.{labels[^1]}";
        var third = Others.Contains(suffix) || (labels[^1].Length == 2 && SecondLevel.Contains(labels[^2]) && !FlatCountries.Contains(labels[^1]));
        return string.Join('.', labels[^(third ? 3 : 2)..]);
    }
}

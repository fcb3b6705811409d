namespace Namesake.Tests.Shared;

/// <summary>Which suite shows each check of the catalogue live: once failing, with only those beside it that must fail for the same cause, and once passing.</summary>
/// <remarks>Linked into every project that shows some or counts them.</remarks>
internal static class LiveChecks
{
    /// <summary>What DNS, lists and registries show: the scenarios of Namesake.Network.Tests, by real name servers.</summary>
    public static readonly string[] ByNames =
    [
        "PT-01", "PT-02", "PT-03", "PT-04", "PT-05", "PT-06", "PT-07", "PT-08", "PT-09", "PT-10", "PT-11", "PT-13", "PT-14",
        "EH-02", "EH-03", "EH-04", "EH-05", "EH-06", "EH-07", "EH-09", "EH-11", "EH-12", "EH-13",
        "ZN-01", "ZN-02", "ZN-03", "ZN-04", "ZN-05", "ZN-06", "ZN-07", "ZN-08", "ZN-09", "ZN-12",
        "AU-01", "AU-02", "AU-03", "AU-04", "AU-05", "AU-06", "AU-08",
        "V6-03", "V6-04", "V6-05", "RP-01", "RP-02", "RP-03", "RP-06",
    ];

    /// <summary>What hosts, sockets, translations, certificates and replies show.</summary>
    public static readonly string[] ByHosts =
    [
        "EG-01", "EG-02", "EG-03", "EG-04", "EG-05", "EG-06", "EG-07", "EG-08", "EG-09", "EG-10", "EG-11", "EG-12", "EG-13",
        "EH-01", "EH-08", "EH-10", "EH-14", "PT-12", "AU-07", "AU-09", "AU-10", "AU-11", "TL-01", "TL-02", "TL-03", "TL-04", "TL-05", "TL-06",
        "V6-01", "V6-02", "V6-06", "RP-04", "RP-05", "FB-01", "FB-02", "FB-03", "FB-04", "FB-05", "FB-07", "FB-08", "FB-09", "FB-10",
    ];

    /// <summary>What plans, and what has become of them, show.</summary>
    public static readonly string[] ByPlans = ["FB-06", "ZN-10", "ZN-11"];

    /// <summary>Checks that explain others and have no way to fail.</summary>
    public static readonly string[] NeverBad = ["PT-11"];
}

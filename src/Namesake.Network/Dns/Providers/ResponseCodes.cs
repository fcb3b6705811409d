namespace Namesake.Network.Dns.Providers;

/// <summary>RFC 1035 §4.1.1, RFC 2136 §2.2</summary>
internal static class ResponseCodes
{
    public static string Word(int code) => code switch
    {
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        6 => "YXDOMAIN",
        7 => "YXRRSET",
        8 => "NXRRSET",
        9 => "NOTAUTH",
        10 => "NOTZONE",
        _ => $"code {code}",
    };
}

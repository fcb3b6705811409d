using System.Net;
using Microsoft.AspNetCore.Http;

namespace Namesake.Web.Access;

/// <summary>Whether a request was made on this very machine: those may see the status page and the metrics without a token.</summary>
internal static class Nearness
{
    private static readonly string[] Forwarding = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"];

    public static bool IsLocal(HttpContext http)
    {
        var connection = http.Connection;
        return connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) && connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
            // A reverse proxy on this machine speaks for somebody elsewhere.
            && !Array.Exists(Forwarding, http.Request.Headers.ContainsKey);
    }
}

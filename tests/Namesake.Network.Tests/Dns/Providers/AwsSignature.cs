using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>AWS Signature Version 4 as the receiving side works it out.</summary>
internal static class AwsSignature
{
    public static bool IsRight(HttpRequest request, string body, string secret)
    {
        // AWS4-HMAC-SHA256 Credential=ID/day/region/service/aws4_request, SignedHeaders=a;b, Signature=hex
        var parts = request.Headers.Authorization.ToString().Split(' ', 2) is ["AWS4-HMAC-SHA256", var rest]
            ? rest.Split(", ").Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1])
            : [];
        if (!parts.TryGetValue("Credential", out var credential) || credential.Split('/') is not [_, var day, var region, var service, "aws4_request"])
            return false;
        var canonical = new StringBuilder($"POST\n{request.Path}\n\n");
        foreach (var header in parts["SignedHeaders"].Split(';'))
            canonical.Append(header).Append(':').Append(request.Headers[header].ToString().Trim()).Append('\n');
        canonical.Append('\n').Append(parts["SignedHeaders"]).Append('\n').Append(Hex(SHA256.HashData(Encoding.UTF8.GetBytes(body))));
        var toSign = $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{day}/{region}/{service}/aws4_request\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())))}";
        return Hex(HMACSHA256.HashData(KeyOf(secret, day, region, service), Encoding.UTF8.GetBytes(toSign))) == parts["Signature"];
    }

    public static byte[] KeyOf(string secret, string day, string region, string service) => new[] { day, region, service, "aws4_request" }
        .Aggregate(Encoding.UTF8.GetBytes($"AWS4{secret}"), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));

    private static string Hex(byte[] octets) => Convert.ToHexStringLower(octets);
}

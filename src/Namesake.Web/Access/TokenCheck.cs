using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Namesake.Web.Access;

/// <summary>Whether a request carries the token: <c>Authorization: Bearer …</c> (RFC 6750 §2.1). There are no cookies, so no other site can borrow a browser's rights.</summary>
internal sealed class TokenCheck(string token)
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _expected = Hash(token);

    public bool Passes(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            // Hashes of equal length are compared, so that neither the time nor the length of the answer tells anything about the token.
            && CryptographicOperations.FixedTimeEquals(Hash(value[Scheme.Length..].Trim()), _expected);
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

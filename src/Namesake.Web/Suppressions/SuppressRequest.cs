using System.Collections.Immutable;

namespace Namesake.Web.Suppressions;

/// <summary>Body of POST /api/v1/suppressions.</summary>
/// <param name="Reason">For the log, and for the sender who hears that the recipient is suppressed; 3 to 300 characters.</param>
/// <param name="Until">When it ends, 10 years from now at the latest; null: when it is lifted.</param>
/// <param name="By">Who decides it, as it will be shown; null: "api".</param>
public sealed record SuppressRequest(string? Brand, string? Address, string? Reason, DateTimeOffset? Until, string? By);

/// <summary>Body of POST /api/v1/suppressions/remove.</summary>
/// <param name="By">Who decides it, as it will be shown; null: "api".</param>
public sealed record LiftRequest(string? Brand, string? Address, string? By);

/// <summary>Body of POST /api/v1/suppressions/import.</summary>
/// <param name="Brand">Of the entries that name none.</param>
/// <param name="Entries">1 to 500.</param>
/// <param name="By">Who does it, as it will be shown; null: "api".</param>
public sealed record ImportRequest(string? Brand, ImmutableArray<ImportedSuppression> Entries, string? By)
{
    public const int MostEntries = 500;

    /// <summary>Octets of the whole body: five hundred long addresses with their reasons, unless most of their letters are escaped.</summary>
    public const int MostOctets = 1024 * 1024;
}

/// <param name="Brand">Null: the request's.</param>
/// <param name="Since">Null: now.</param>
/// <param name="Until">Null: until it is lifted. What is over is passed by.</param>
/// <param name="Reason">What the other list says; null: nothing.</param>
/// <param name="Bounces">Bounce messages that call it unknown, 1 to 1,000,000; then without <paramref name="Until"/> it ends as after refusals. Null: it is no bounces' word.</param>
/// <param name="Reply">With <paramref name="Bounces"/>: the last one's words.</param>
public sealed record ImportedSuppression(string? Address, string? Brand = null, DateTimeOffset? Since = null, DateTimeOffset? Until = null, string? Reason = null, int? Bounces = null, string? Reply = null);

/// <param name="Taken">Entries taken over.</param>
/// <param name="Over">Entries whose time was over already.</param>
/// <param name="Kept">Recipients left as a person had put them into the list: bounces don't replace that.</param>
/// <param name="Wrong">What can't be taken; all others were.</param>
public sealed record ImportView(int Taken, int Over, int Kept, ImmutableArray<WrongEntry> Wrong);

/// <param name="Place">Its place in the request, or its line in the file; from 1.</param>
/// <param name="Detail">What is wrong, for people.</param>
public sealed record WrongEntry(int Place, string Detail);

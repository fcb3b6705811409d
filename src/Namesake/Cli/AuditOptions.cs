using System.CommandLine;
using Namesake.Auditing;
using Namesake.Core.Identity.Facts;
using Namesake.Network.Dns;

namespace Namesake.Cli;

/// <summary>The options of `check` about more than address and name.</summary>
internal static class AuditOptions
{
    public static void AddTo(Command command)
    {
    }

    public static AuditWish Read(ParseResult parsed, ResolverSettings resolver) => new() { Resolver = resolver };

    /// <summary>What the options say about the identity.</summary>
    public static IdentityFacts About(ParseResult parsed, IdentityFacts facts) => facts;
}

using System.Net;
using Namesake.Core.Identity.Facts;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Identity.Probes;

/// <summary>The port that knocks at a mail server as a stranger would, and hands in nothing. Filled by Network.</summary>
public interface IInboundVisitor
{
    /// <summary>Bounded in time, lines and octets; never throws for what the other side does.</summary>
    Task<InboundFacts> VisitAsync(InboundQuestion question, CancellationToken cancellation);
}

/// <param name="Ehlo">The name that is asked for when TLS starts.</param>
/// <param name="TryRelaying">Also tries whether it relays. It leaves refusals in the server's log: only for servers of our own, or when asked for.</param>
public sealed record InboundQuestion(IPEndPoint At, HostName Ehlo, bool TryRelaying);

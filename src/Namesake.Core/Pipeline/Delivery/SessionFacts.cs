using System.Net;
using Namesake.Core.Receivers;

namespace Namesake.Core.Pipeline.Delivery;

/// <summary>What is known of one session, for its attempts' events. Filled in as the session goes on.</summary>
public sealed class SessionFacts
{
    public NextHop? Hop { get; set; }
    public IPEndPoint? Local { get; set; }
    public IPAddress? Observed { get; set; }
    public string? Ehlo { get; set; }
    public string? EhloAfterTls { get; set; }
    public TlsDetails? Tls { get; set; }
    public TimeSpan? Connecting { get; set; }
    public TimeSpan? Handshaking { get; set; }
    public bool Reused { get; set; }
}

namespace Namesake.Core.Identity.Facts;

/// <summary>A local fault met while sending: the socket was not bound as configured (EG-02, EG-03), or another name was said (EH-01).</summary>
public sealed record WireFault(string Check, string Seen, DateTimeOffset At);

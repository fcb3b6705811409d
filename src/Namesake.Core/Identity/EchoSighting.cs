using System.Net;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>What one EHLO reply on a public route said about the address we came from.</summary>
/// <param name="Receiver">Host name and address of the receiver, for evidence.</param>
/// <param name="Observed">The public address echoed; null: the receiver is silent.</param>
/// <param name="NewConnection">False for a repeated EHLO inside one session: only new connections count for release.</param>
/// <param name="IsWitness">The receiver is one of the configured witnesses.</param>
public sealed record EchoSighting(
    SourceId Source,
    SiteId Site,
    string Receiver,
    IPAddress? Observed,
    string FirstLine,
    DateTimeOffset At,
    bool NewConnection,
    bool IsWitness);

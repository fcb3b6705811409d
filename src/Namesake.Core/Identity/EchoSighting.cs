using System.Net;
using Namesake.Core.Receivers;
using Namesake.Core.Sources;

namespace Namesake.Core.Identity;

/// <summary>What one EHLO reply on a public route said about the address we came from.</summary>
/// <param name="Receiver">The host that said it, as it was dialled: evidence, and where a held lane is probed again.</param>
/// <param name="Observed">The public address echoed; null: the receiver is silent.</param>
/// <param name="NewConnection">False for a repeated EHLO inside one session: only new connections count for release.</param>
/// <param name="Said">The name we said in EHLO, as it was written; null: not told. Another than the source's is EH-01.</param>
/// <param name="Under">The definition of the source the connection was made for; null: the one configured now. A reload may have overtaken it: what was seen then says nothing of the source as it is.</param>
/// <param name="SaidBefore">The name said before STARTTLS in the same session, where <paramref name="Said"/> came after it (EH-14); else null.</param>
/// <param name="IsWitness">The receiver is one of the configured witnesses.</param>
public sealed record EchoSighting(
    SourceId Source,
    SiteId Site,
    NextHop Receiver,
    IPAddress? Observed,
    string FirstLine,
    DateTimeOffset At,
    bool NewConnection,
    bool IsWitness,
    string? Said = null,
    Source? Under = null,
    string? SaidBefore = null);

using System.Net;
using Namesake.Core.Brands;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Who hands a message in, as far as limits ask.</summary>
/// <param name="User">Null: without a login; then the client's limits hold.</param>
/// <param name="Sender">The reverse-path as the client gave it; null is the null reverse-path.</param>
internal sealed record Handover(RelayModel Model, ListenerModel Listener, UserModel? User, IPAddress Client, Mailbox? Sender)
{
    public SendingLimits ClientLimits =>
        Model.Clients.FirstOrDefault(client => client.Range.Contains(Client))?.Limits ?? Listener.ClientLimits;
}

using System.Net;
using Namesake.Protocol.Headers;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Who is handing in: what the Received header says of the client.</summary>
internal sealed record ReceivedFrom(string Ehlo, IPAddress Client, TransmissionType Transmission);

using Namesake.Core.Dns;

namespace Namesake.Network.Dns;

/// <summary>How a question is put.</summary>
/// <param name="Recursion">RD: a resolver works for us; an authoritative server is asked without.</param>
/// <param name="Only">Over this transport and no other; null: UDP, and TCP where the reply was truncated.</param>
/// <param name="CheckingDisabled">CD: a validating resolver shall answer without validating. RFC 4035 §3.2.2</param>
/// <param name="Signatures">DO: the signatures shall come along. RFC 4035 §3.1</param>
internal readonly record struct DnsManner(bool Recursion, DnsTransport? Only = null, bool CheckingDisabled = false, bool Signatures = false);

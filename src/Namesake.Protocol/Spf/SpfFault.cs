namespace Namesake.Protocol.Spf;

/// <summary>Why a text is no policy: receivers end such a record with permerror. RFC 7208 §4.6</summary>
/// <param name="Position">Where in the record, from 0.</param>
/// <param name="Term">The word it stands in; empty when it is no word's fault.</param>
/// <param name="Reason">For people.</param>
public sealed record SpfFault(int Position, string Term, string Reason)
{
    public override string ToString() => Term.Length == 0 ? $"{Reason} (at character {Position + 1})" : $"\"{Term}\": {Reason} (at character {Position + 1})";
}

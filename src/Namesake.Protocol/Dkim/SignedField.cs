namespace Namesake.Protocol.Dkim;

/// <param name="Name">As it stands in <c>h=</c>.</param>
internal readonly record struct SignedField(string Name, Cover Cover);

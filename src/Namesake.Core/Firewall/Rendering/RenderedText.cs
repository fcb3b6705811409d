using System.Collections.Immutable;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>A translation in one platform's own words, for the hands of whoever looks after it.</summary>
/// <param name="Apply">Makes it: what is pasted, loaded or sent there.</param>
/// <param name="Undo">Takes exactly that away again.</param>
/// <param name="Notes">What a person has to know or to fill in before, a paragraph each.</param>
public sealed record RenderedText(string Apply, string Undo, ImmutableArray<string> Notes);

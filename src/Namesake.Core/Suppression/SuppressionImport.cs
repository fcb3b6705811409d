namespace Namesake.Core.Suppression;

/// <summary>What became of entries of another list.</summary>
/// <param name="Taken">Entries taken over.</param>
/// <param name="Kept">Recipients left as they were: a person's word is in force there, and these were receivers' words.</param>
/// <param name="IsFull">There was no room for all.</param>
public sealed record SuppressionImport(int Taken, int Kept, bool IsFull);

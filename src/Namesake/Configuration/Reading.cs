namespace Namesake.Configuration;

/// <summary>What one reading of a file needs from outside, and where its problems go.</summary>
/// <param name="Directory">The file's own: relative paths in the file start there.</param>
/// <param name="Environment">The value of an environment variable; null when it is not set.</param>
internal sealed record Reading(Problems Problems, string Directory, Func<string, string?> Environment, TimeProvider Time)
{
    public string Resolve(string path) => Path.GetFullPath(path, Directory);
}

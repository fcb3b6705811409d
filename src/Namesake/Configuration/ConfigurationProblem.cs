using System.Globalization;

namespace Namesake.Configuration;

/// <summary>One thing wrong or doubtful in a configuration file, for people: where, what is wrong, what to do.</summary>
/// <param name="File">As it was given to the reader; only its name is shown.</param>
/// <param name="Place">Null when the whole file is meant.</param>
public sealed record ConfigurationProblem(ProblemSeverity Severity, string File, Place? Place, string Text)
{
    public bool IsError => Severity == ProblemSeverity.Error;

    /// <summary>The form compilers use, which editors and terminals turn into a link: <c>namesake.yaml:12:5: error: …</c>.</summary>
    public override string ToString()
    {
        var place = Place is { } known ? string.Create(CultureInfo.InvariantCulture, $":{known.Line}:{known.Column}") : "";
        return $"{Path.GetFileName(File)}{place}: {(IsError ? "error" : "warning")}: {Text}";
    }
}

public enum ProblemSeverity
{
    /// <summary>Worth a look; the configuration is used.</summary>
    Warning,

    /// <summary>The configuration is not used.</summary>
    Error,
}

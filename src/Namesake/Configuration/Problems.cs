using System.Collections.Immutable;
using System.Globalization;

namespace Namesake.Configuration;

/// <summary>Gathers what is wrong, so that all of it is told at once.</summary>
internal sealed class Problems(string file)
{
    /// <summary>Nobody mends more than this in one go, and a hostile file must not make us write a book.</summary>
    private const int Most = 200;

    // Apart, so that a crowd of warnings can't push an error out of sight.
    private readonly HashSet<ConfigurationProblem> _errors = [];
    private readonly HashSet<ConfigurationProblem> _warnings = [];
    private int _errorsLeftOut, _warningsLeftOut;

    public bool HasErrors => _errors.Count > 0;

    /// <summary>True when more errors would not be told: callers may skip dear work such as looking for a suggestion.</summary>
    public bool IsFull => _errors.Count >= Most;

    public void Error(Place? place, string text) => Add(_errors, ref _errorsLeftOut, new ConfigurationProblem(ProblemSeverity.Error, file, place, text));

    public void Warning(Place? place, string text) => Add(_warnings, ref _warningsLeftOut, new ConfigurationProblem(ProblemSeverity.Warning, file, place, text));

    public ImmutableArray<ConfigurationProblem> InOrder()
    {
        var all = _errors.Concat(_warnings).OrderBy(problem => problem.Place ?? default).ThenByDescending(problem => problem.Severity).ToList();
        if (_errorsLeftOut > 0)
            all.Add(new ConfigurationProblem(ProblemSeverity.Error, file, null, string.Create(CultureInfo.InvariantCulture, $"{_errorsLeftOut} more errors are not shown; mend these first")));
        if (_warningsLeftOut > 0)
            all.Add(new ConfigurationProblem(ProblemSeverity.Warning, file, null, string.Create(CultureInfo.InvariantCulture, $"{_warningsLeftOut} more warnings are not shown")));
        return [.. all];
    }

    // An anchored value that is used ten times is read ten times; its mistake is told once.
    private static void Add(HashSet<ConfigurationProblem> told, ref int leftOut, ConfigurationProblem problem)
    {
        if (told.Count < Most)
            told.Add(problem);
        else if (!told.Contains(problem))
            leftOut++;
    }
}

using System.Collections.Immutable;
using System.Globalization;

namespace Namesake.Configuration;

/// <summary>Gathers what is wrong, so that all of it is told at once.</summary>
internal sealed class Problems(string file)
{
    /// <summary>Nobody mends more than this in one go, and a hostile file must not make us write a book.</summary>
    private const int Most = 200;

    private readonly HashSet<ConfigurationProblem> _seen = [];
    private int _leftOut;

    public bool HasErrors { get; private set; }

    /// <summary>True when more would not be told: callers may skip dear work such as looking for a suggestion.</summary>
    public bool IsFull => _seen.Count >= Most;

    public void Error(Place? place, string text) => Add(new ConfigurationProblem(ProblemSeverity.Error, file, place, text));

    public void Warning(Place? place, string text) => Add(new ConfigurationProblem(ProblemSeverity.Warning, file, place, text));

    public ImmutableArray<ConfigurationProblem> InOrder()
    {
        var ordered = _seen.OrderBy(problem => problem.Place ?? default).ThenByDescending(problem => problem.Severity).ToImmutableArray();
        return _leftOut == 0
            ? ordered
            : ordered.Add(new ConfigurationProblem(HasErrors ? ProblemSeverity.Error : ProblemSeverity.Warning, file, null,
                string.Create(CultureInfo.InvariantCulture, $"{_leftOut} more problems are not shown; mend these first")));
    }

    // An anchored value that is used ten times is read ten times; its mistake is told once.
    private void Add(ConfigurationProblem problem)
    {
        HasErrors |= problem.IsError;
        if (IsFull)
            _leftOut += _seen.Contains(problem) ? 0 : 1;
        else
            _seen.Add(problem);
    }
}

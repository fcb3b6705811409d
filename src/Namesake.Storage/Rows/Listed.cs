namespace Namesake.Storage.Rows;

/// <summary>Findings of one kind, of which only so many are worth a line.</summary>
internal sealed class Listed(string kind, string fix)
{
    private readonly List<SpoolFinding> _findings = [];
    private int _more;

    public void Add(string what, string where)
    {
        if (_findings.Count < SpoolCheck.MostOfAKind)
            _findings.Add(new SpoolFinding(kind, what, where, fix));
        else
            _more++;
    }

    public IEnumerable<SpoolFinding> All() =>
        _more == 0 ? _findings : _findings.Append(new SpoolFinding(kind, $"and {_more} more like these", _findings[^1].Where, fix));
}

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Submission's instruments.</summary>
internal sealed class SubmissionMetrics : IDisposable
{
    public const string MeterName = "Namesake.Submission";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;
    private readonly UpDownCounter<long> _connections;

    public SubmissionMetrics()
    {
        _accepted = _meter.CreateCounter<long>("namesake.submission.accepted", description: "Messages answered with 250 after their commit, by brand.");
        _refused = _meter.CreateCounter<long>("namesake.submission.refused", description: "Refusals, by reply code.");
        _connections = _meter.CreateUpDownCounter<long>("namesake.submission.connections", description: "Clients connected now.");
    }

    public void Accepted(string brand) => _accepted.Add(1, new TagList { { "brand", brand } });

    public void Refused(int code) => _refused.Add(1, new TagList { { "code", code } });

    public void Connected() => _connections.Add(1);

    public void Disconnected() => _connections.Add(-1);

    public void Dispose() => _meter.Dispose();
}

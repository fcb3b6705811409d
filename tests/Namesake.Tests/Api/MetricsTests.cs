namespace Namesake.Tests.Api;

/// <summary>What a scrape shows. Meters belong to the process and not to a relay, so no other relay may run beside this one.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class MetricsTests : IAsyncLifetime
{
    private readonly RunningDemo _demo = new();

    public ValueTask InitializeAsync() => _demo.InitializeAsync();

    public ValueTask DisposeAsync() => _demo.DisposeAsync();

    [Fact]
    public async Task Metrics_tell_verdicts_holds_and_waiting_mail_and_name_no_recipient()
    {
        await _demo.AlignAsync("bravo");
        await _demo.SubmitAsync("ann@acme.example", "bob@strict.example");

        var text = (await _demo.UntilAsync("/metrics", answer => answer.Text.Contains("namesake_queue_waiting{brand=\"acme\"} 1 ", StringComparison.Ordinal) || answer.Text.Contains("namesake_queue_waiting{brand=\"acme\"} 1\n", StringComparison.Ordinal))).Text;

        Assert.Matches("""(?m)^namesake_sources_held\{source="acme-v4"\} 1\b""", text);
        Assert.Matches("""(?m)^namesake_sources_held\{source="bravo-v4"\} 0\b""", text);
        Assert.Matches("""(?m)^namesake_sources_verdict\{source="acme-v4",verdict="misaligned"\} 1\b""", text);
        Assert.Matches("""(?m)^namesake_sources_verdict\{source="bravo-v4",verdict="aligned"\} 1\b""", text);
        Assert.Matches("""(?m)^namesake_sources_proof_age_seconds\{source="bravo-v4"\} [0-9.]+""", text);
        Assert.Matches("""(?m)^namesake_submission_accepted_total\{.*brand="acme".*\} [1-9]""", text);
        Assert.Matches("""(?m)^namesake_spool_size_bytes(\{[^}]*\})? [1-9]""", text);
        Assert.Matches("""(?m)^namesake_spool_events_bytes(\{[^}]*\})? [0-9]""", text);
        Assert.Matches("""(?m)^namesake_spool_events_cut(\{[^}]*\})? 0\b""", text);
        Assert.DoesNotContain("bob", text, StringComparison.Ordinal);
        Assert.DoesNotContain("strict.example", text, StringComparison.Ordinal);
    }
}

[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

namespace Namesake.Lab.Tests.Lab;

/// <summary>A scenario: starts with the lab as planned, or is skipped with the reason where the lab cannot stand.</summary>
public abstract class LabTest(LabFixture lab) : IAsyncLifetime
{
    protected LabFixture Lab { get; } = lab;

    /// <summary>Unlike any other test's: what arrives is found by it.</summary>
    protected string Tag { get; } = Guid.NewGuid().ToString("N")[..12];

    public virtual async ValueTask InitializeAsync()
    {
        if (LabRequirements.Missing is { } reason)
        {
            Assert.SkipUnless(LabRequirements.IsRequired, reason);
            Assert.Fail($"NAMESAKE_LAB=required, but: {reason}");
        }

        await Lab.ResetAsync();
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

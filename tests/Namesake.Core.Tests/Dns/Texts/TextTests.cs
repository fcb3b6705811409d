using Namesake.Core.Dns.Texts;

namespace Namesake.Core.Tests.Dns.Texts;

/// <summary>What a person is given to take elsewhere, whole: Golden/ holds it as it was last read by one who knows. NAMESAKE_WRITE_GOLDEN=FOLDER writes it anew.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData("plan.ps1", "undo.ps1")]
    [InlineData("plan.zone", "undo.zone")]
    public void Plan_and_its_way_back_are_written_as_a_person_would(string there, string back)
    {
        var (plan, isScript) = (WrittenPlan.Plan, there.EndsWith(".ps1", StringComparison.Ordinal));
        Compare(there, isScript ? PowerShellText.Of(plan, plan.Steps) : ZoneFileText.Of(plan, plan.Steps));
        Compare(back, isScript ? PowerShellText.Of(plan, plan.Inverse()) : ZoneFileText.Of(plan, plan.Inverse()));
    }

    [Fact]
    public void Quotes_in_names_end_no_text_of_the_script() =>
        Assert.Contains("Old = @('O''Brien.Host.Example.')", PowerShellText.Of(WrittenPlan.Plan, WrittenPlan.Plan.Steps), StringComparison.Ordinal);

    private static void Compare(string file, string text)
    {
        if (Environment.GetEnvironmentVariable("NAMESAKE_WRITE_GOLDEN") is { Length: > 0 } folder)
            File.WriteAllText(Path.Combine(folder, file), text);
        else
            Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Dns", "Texts", "Golden", file)), text);
    }
}

using Namesake.Core.Identity;
using Namesake.Core.Identity.Checks;

namespace Namesake.Core.Tests.Identity;

/// <summary>One letter for all of it: the worst that failed, and a range while something isn't known.</summary>
public sealed class GradeTests
{
    private static readonly string[] Looked = ["EH-02", "EH-03", "PT-01", "PT-10", "PT-03", "EH-04", "EH-05", "PT-09", "PT-05", "PT-04", "AU-02", "V6-04"];

    [Fact]
    public void All_that_agrees_is_an_A() => Assert.Equal(new Grade('A', 'A', ""), Of());

    [Theory]
    [InlineData("PT-01", 'F')]
    [InlineData("PT-03", 'F')]
    [InlineData("PT-10", 'F')]
    [InlineData("EH-02", 'F')]
    [InlineData("EH-03", 'F')]
    [InlineData("EH-04", 'E')]
    [InlineData("EH-05", 'E')]
    [InlineData("PT-09", 'D')]
    [InlineData("PT-05", 'D')]
    [InlineData("PT-04", 'C')]
    [InlineData("AU-02", 'B')]
    [InlineData("V6-04", 'B')]
    public void Each_fault_has_its_letter(string check, char letter)
    {
        Assert.Equal(new Grade(letter, letter, $"{check}: seen"), Of((check, CheckOutcome.Bad)));
        Assert.Equal(letter, Of((check, CheckOutcome.Bad), ("AU-02", CheckOutcome.Bad)).Best); // the worst counts
    }

    [Fact]
    public void One_family_alone_is_a_B() => Assert.Equal("B", Of(("V6-04", CheckOutcome.NotApplicable)).Text);

    [Fact]
    public void What_does_not_apply_costs_nothing() => Assert.Equal("F", Of(("PT-01", CheckOutcome.Bad), ("PT-03", CheckOutcome.NotApplicable), ("PT-04", CheckOutcome.NotApplicable)).Text);

    [Theory]
    [InlineData(CheckOutcome.Unknown)]
    [InlineData(CheckOutcome.NotObservable)]
    public void What_is_not_known_leaves_a_range(CheckOutcome outcome)
    {
        var grade = Of(("PT-03", outcome), ("PT-04", CheckOutcome.Bad));
        Assert.Equal(("C to F", false), (grade.Text, grade.IsKnown));
        Assert.Equal("PT-03 is not known: seen; PT-04: seen", grade.Because);
    }

    [Fact]
    public void A_fault_outweighs_what_is_not_known_of_better_letters() => Assert.Equal("F", Of(("PT-01", CheckOutcome.Bad), ("AU-02", CheckOutcome.Unknown)).Text);

    [Fact]
    public void A_check_nobody_made_is_not_known() =>
        Assert.Equal("A to B", Grade.Of(Looked.Where(check => check != "AU-02").Select(check => Result(check, CheckOutcome.Pass)).Append(Result("PT-02", CheckOutcome.NotApplicable))).Text);

    [Fact]
    public async Task An_audit_of_names_alone_grades_up_to_what_it_saw()
    {
        var look = NameLook.InOrder();
        Assert.Equal("B", Grade.Of(await look.JudgeAsync()).Text);
        look.Dns.Pointer("203.0.113.5");
        Assert.Equal("F", Grade.Of(await look.JudgeAsync()).Text);
    }

    private static Grade Of(params (string Check, CheckOutcome Outcome)[] others) => Grade.Of(Looked.Append("PT-02")
        .Select(check => Result(check, others.FirstOrDefault(other => other.Check == check) is { Check: not null } other ? other.Outcome : check == "PT-02" ? CheckOutcome.NotApplicable : CheckOutcome.Pass)));

    private static CheckResult Result(string check, CheckOutcome outcome) => new(check, outcome, "seen", "expected", "");
}

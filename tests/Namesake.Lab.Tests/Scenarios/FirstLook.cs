using Namesake.Lab.Tests.Lab;

namespace Namesake.Lab.Tests.Scenarios;

public sealed class FirstLook(LabFixture lab) : LabTest(lab)
{
    [Fact]
    public void Stands() => Assert.NotNull(Lab.Relay);
}

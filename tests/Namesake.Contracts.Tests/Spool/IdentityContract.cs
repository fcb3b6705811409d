namespace Namesake.Contracts.Tests.Spool;

public abstract class IdentityContract(SpoolHouse house) : SpoolContract(house)
{
    [Fact]
    public async Task States_are_there_after_a_crash()
    {
        await Identity.SaveAsync("source:acme-v4", """{"v":1,"text":"Grüße"}""");
        await Identity.SaveAsync("lane:acme-v4|google.com", "{}");

        await House.CrashAsync();

        var states = await Identity.LoadAsync(Cancellation);
        Assert.Equal("""{"v":1,"text":"Grüße"}""", states["source:acme-v4"]);
        Assert.Equal("{}", states["lane:acme-v4|google.com"]);
        Assert.Equal(2, states.Count);
    }

    [Fact]
    public async Task Later_states_win_and_null_forgets()
    {
        var saves = Enumerable.Range(0, 50).Select(i => Identity.SaveAsync("source:a", i.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToList();
        await Task.WhenAll(saves);
        await Identity.SaveAsync("source:b", "x");
        await Identity.SaveAsync("source:b", null);
        await Identity.SaveAsync("source:c", null);

        var states = await Identity.LoadAsync(Cancellation);

        Assert.Equal("49", states["source:a"]);
        Assert.Single(states);
    }

    [Fact]
    public async Task An_empty_store_has_no_states() => Assert.Empty(await Identity.LoadAsync(Cancellation));
}

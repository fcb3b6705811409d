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
    public async Task Notes_of_refused_families_and_of_takers_come_back_whole()
    {
        var takers = $$"""{"Version":1,"Public":"203.0.113.5","Ehlo":"mail.acme.example","Sites":[{{string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"Site":"mx{{i}}.example+other.example","At":"2026-03-01T00:00:00+00:00"}"""))}}]}""";
        await Identity.SaveAsync("takers:acme-v4", takers);
        var notes = Enumerable.Range(0, 300).Select(i => Identity.SaveAsync($"family:acme-v6|route:mx{i}.example:25", $$"""{"Version":1,"Reply":"550 5.7.25 'no' PTR ü {{i}}"}""")).ToList();
        await Task.WhenAll(notes);
        await Identity.SaveAsync("family:acme-v6|route:mx7.example:25", null);

        await House.CrashAsync();

        var states = await Identity.LoadAsync(Cancellation);
        Assert.Equal(takers, states["takers:acme-v4"]);
        Assert.Equal("""{"Version":1,"Reply":"550 5.7.25 'no' PTR ü 42"}""", states["family:acme-v6|route:mx42.example:25"]);
        Assert.Equal(300, states.Count);
    }

    [Fact]
    public async Task An_empty_store_has_no_states() => Assert.Empty(await Identity.LoadAsync(Cancellation));
}

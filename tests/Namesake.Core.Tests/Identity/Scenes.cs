using Namesake.Core.Dns;
using Namesake.Core.Identity;
using Namesake.Core.Receivers;

namespace Namesake.Core.Tests.Identity;

/// <summary>The scenes that several stories begin with: sources in order, looked at once, open.</summary>
internal static class Scenes
{
    public const string Reflector = "reflector.ours.example", Witness = "mx.witness.example", OtherWitness = "mx.other.example";

    /// <summary>acme at 203.0.113.5 and beta at 203.0.113.6, each on its own address, with a reflector of ours where one is asked for.</summary>
    public static Task<Scene> TwoAsync(IdentityPolicy policy = IdentityPolicy.Strict, params WitnessModel[] witnesses) => InOrderAsync(
        new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example"), Scene.Source("beta", "203.0.113.6", "mail.beta.example")).WithPolicy(policy).WithWitnesses(witnesses));

    /// <summary>acme alone, with these witnesses.</summary>
    public static Task<Scene> WitnessedAsync(params WitnessModel[] witnesses) =>
        InOrderAsync(new Scene(Scene.Source("acme", "203.0.113.5", "mail.acme.example")).WithWitnesses(witnesses));

    /// <summary>nat at 10.0.0.5, seen as 203.0.113.5 by two independent witnesses; not yet opened.</summary>
    public static Scene BehindTranslation()
    {
        var scene = new Scene(Scene.Source("nat", "203.0.113.5", "mail.nat.example", local: "10.0.0.5")).WithWitnesses(new WitnessModel(Witness, 25, false), new WitnessModel(OtherWitness, 25, false));
        scene.Dns.Identity("203.0.113.5", "mail.nat.example");
        scene.Dns.Set(Witness, RecordType.A, "198.18.0.1");
        scene.Dns.Set(OtherWitness, RecordType.A, "198.19.0.1");
        scene.Outside.SeesRight(Witness);
        scene.Outside.SeesRight(OtherWitness);
        return scene;
    }

    /// <summary>The same, proven by its witnesses.</summary>
    public static async Task<Scene> TranslatedAsync()
    {
        var scene = await InOrderAsync(BehindTranslation());
        Assert.Equal("witness", scene.Of("nat").Proof?.Evidence);
        return scene;
    }

    /// <summary>source0, source1 … each with a zone of its own.</summary>
    /// <param name="hours">Looked at a minute less often for each: the long stories would take a minute of the tester's, too.</param>
    public static Task<Scene> ManyAsync(int count, int hours = 0)
    {
        var scene = new Scene([.. Enumerable.Range(0, count).Select(i => Scene.Source($"source{i}", $"203.0.113.{i}", $"mail.brand{i}.example"))]);
        scene.Options = scene.Options with { ProbeWhileBad = TimeSpan.FromMinutes(1 + hours) };
        return InOrderAsync(scene);
    }

    private static async Task<Scene> InOrderAsync(Scene scene)
    {
        foreach (var source in scene.Model.Sources.All)
            scene.Dns.Identity(source.PublicAddress.ToString(), source.Ehlo.Value);
        await scene.OpenAsync();
        foreach (var source in scene.Model.Sources.All)
            await scene.ProbeAsync(source.Id.Value);
        Assert.All(scene.Ledger.All, standing => Assert.True(standing.IsOpen));
        return scene;
    }
}

using Namesake.Core.Dns;
using Namesake.Core.Identity.Facts;
using Namesake.Core.Plans;
using Namesake.Network.Dns.Providers;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns.Providers;

/// <summary>Programs that don't do what they should: nothing they do is taken for more than it is.</summary>
public sealed class ProgramProviderTests
{
    private static readonly DomainName Zone = DomainName.Parse("113.0.203.in-addr.arpa"), Name = DomainName.Parse("5.113.0.203.in-addr.arpa");

    private static readonly RecordChange Change = new() { By = "files", Reason = "it is a test", Zone = Zone, Name = Name, Type = RecordType.Ptr, New = RecordSet.Of(3600, "mail.acme.example.") };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ProgramProvider Shell(string script) => ProgramZones.At("/bin/sh", "-c", script);

    private static Task<WriteResult> WriteAsync(ProgramProvider provider) => provider.WriteAsync(Zone, [Change], Token);

    private static Task<RecordReading> ReadAsync(ProgramProvider provider) => provider.ReadAsync(Zone, Name, RecordType.Ptr, Token);

    [Fact]
    public async Task It_is_given_one_request_of_one_line()
    {
        // What it got comes back as what it says.
        var answer = await WriteAsync(Shell("""printf '{"result":"refused","text":"%s"}' "$(cat | tr -d '\n' | sed 's/"/`/g')" """));
        Assert.Equal("{`version`:1,`operation`:`write`,`zone`:`113.0.203.in-addr.arpa`,`changes`:[{`name`:`5.113.0.203.in-addr.arpa`,`type`:`PTR`,`address`:`203.0.113.5`,`old`:null,`new`:{`ttl`:3600,`values`:[`mail.acme.example.`]}}]}", answer.Text);
        var read = await ReadAsync(Shell("""printf '{"trouble":"%s"}' "$(cat | tr -d '\n' | sed 's/"/`/g')" """));
        Assert.Equal("{`version`:1,`operation`:`read`,`zone`:`113.0.203.in-addr.arpa`,`name`:`5.113.0.203.in-addr.arpa`,`type`:`PTR`,`address`:`203.0.113.5`}", read.Trouble);
    }

    [Fact]
    public async Task A_program_that_fails_leaves_it_uncertain_and_its_words_are_shown()
    {
        var broken = Shell("cat > /dev/null; echo 'token expired' >&2; exit 3");
        var result = Assert.IsType<WriteResult.Uncertain>(await WriteAsync(broken));
        Assert.Contains("ended with 3: token expired", result.Text, StringComparison.Ordinal);
        Assert.Contains("token expired", (await ReadAsync(broken)).Trouble, StringComparison.Ordinal);
        var authority = await broken.ProveAsync(Zone, Name, RecordType.Ptr, Token);
        Assert.Equal(WriteAccess.Unreachable, authority.Access);
        Assert.Contains("token expired", authority.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_has_written_nothing()
    {
        var missing = ProgramZones.At("/nowhere/at-all");
        Assert.IsType<WriteResult.Unreachable>(await WriteAsync(missing));
        Assert.Contains("/nowhere/at-all", (await ReadAsync(missing)).Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_ended_and_leaves_it_uncertain()
    {
        // What it has started holds a pipe open: that it ends shows that it was ended.
        var pipe = Path.Combine(Path.GetTempPath(), $"namesake-{Guid.NewGuid():N}");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            await make.WaitForExitAsync(Token);
        var ended = Task.Run(() => File.ReadAllBytes(pipe), Token);
        var slow = ProgramZones.At(TimeSpan.FromSeconds(1), "/bin/sh", "-c", $"sleep 300 > {pipe} & wait");
        Assert.Contains("took longer than 1 s", Assert.IsType<WriteResult.Uncertain>(await WriteAsync(slow)).Text, StringComparison.Ordinal);
        Assert.Empty(await ended.WaitAsync(TimeSpan.FromSeconds(30), Token));
        File.Delete(pipe);
    }

    [Fact]
    public async Task More_than_a_megabyte_is_no_answer()
    {
        var endless = Shell("yes");
        Assert.Contains("more than 1024 KiB", Assert.IsType<WriteResult.Uncertain>(await WriteAsync(endless)).Text, StringComparison.Ordinal);
        Assert.Contains("more than 1024 KiB", (await ReadAsync(endless)).Trouble, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("done", "no JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{}", "result: is missing")]
    [InlineData("""{"result":"fine"}""", "none of done")]
    [InlineData("""{"result":1}""", "result: is no text")]
    public async Task What_is_no_answer_leaves_it_uncertain(string said, string why) =>
        Assert.Contains(why, Assert.IsType<WriteResult.Uncertain>(await WriteAsync(Shell($"cat > /dev/null; printf '%s' '{said}'"))).Text, StringComparison.Ordinal);

    [Fact]
    public async Task A_program_can_say_that_it_wrote_nothing_because_it_was_so()
    {
        var result = Assert.IsType<WriteResult.Done>(await WriteAsync(Shell("""cat > /dev/null; printf '{"result":"already","text":"somebody was faster"}'""")));
        Assert.Equal((true, "somebody was faster"), (result.WasSo, result.Text));
        Assert.False(Assert.IsType<WriteResult.Done>(await WriteAsync(Shell("""cat > /dev/null; printf '{"result":"done"}'"""))).WasSo);
    }

    [Fact]
    public async Task What_is_no_word_on_access_is_no_access()
    {
        var authority = await Shell("cat > /dev/null; echo '{\"access\":\"yes\"}'").ProveAsync(Zone, Name, RecordType.Ptr, Token);
        Assert.Equal((WriteAccess.Unreachable, "access: is none of proven, untried, none, unreachable"), (authority.Access, authority.Detail));
    }

    [Theory]
    [InlineData("""{"records":null}""", null, null)]
    [InlineData("""{"records":{"ttl":600,"values":["Mail.acme.example"]}}""", "Mail.acme.example. (TTL 600)", null)]
    [InlineData("""{}""", null, "records: is missing; null says that there are none")]
    [InlineData("""{"records":{"ttl":600,"values":[]}}""", null, "records: values: is no list of 1 to 100 texts")]
    [InlineData("""{"records":{"ttl":"600","values":["a."]}}""", null, "records: ttl: is no number of seconds")]
    [InlineData("""{"records":{"ttl":600,"values":["a b."]}}""", null, "records: values: holds something that is no data of a record")]
    [InlineData("""{"trouble":""}""", null, "it doesn't say why")]
    public void What_is_not_clearly_absent_is_unknown(string said, string? set, string? trouble)
    {
        var reading = ProgramWords.Records(System.Text.Encoding.UTF8.GetBytes(said), RecordType.Ptr);
        Assert.Equal((set, trouble), (reading.Set?.ToString(), reading.Trouble));
    }

    [Fact]
    public void Addresses_are_compared_in_their_shortest_form()
    {
        var reading = ProgramWords.Records("""{"records":{"ttl":600,"values":["2001:0db8:0::25"]}}"""u8.ToArray(), RecordType.Aaaa);
        Assert.Equal("2001:db8::25 (TTL 600)", reading.Set?.ToString());
        Assert.NotNull(ProgramWords.Records("""{"records":{"ttl":600,"values":["192.0.2.1"]}}"""u8.ToArray(), RecordType.Aaaa).Trouble);
    }
}

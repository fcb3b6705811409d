using System.Diagnostics;
using Namesake.Core.Dns;
using Namesake.Core.Dns.Texts;
using Namesake.Core.Plans;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Tests.Dns.Texts;

/// <summary>Patches of zone files, given to patch(1).</summary>
public sealed class ZoneFilePatchTests
{
    private const string Zone = "0/28.113.0.203.in-addr.arpa";

    private const string File = """
        $TTL 1h
        @       IN SOA ns1.acme.example. hostmaster.acme.example. (
                2026112601 ; serial
                3600 600 86400 60 )
        ; "a comment with ( and ;"
                IN NS  ns1.acme.example.
        1       IN PTR gateway.acme.example.
        $ORIGIN 113.0.203.in-addr.arpa.
        5.0/28  300 IN PTR Old.Host.Example.
                IN TXT "it's (here); \" too"
        6.0/28.113.0.203.in-addr.arpa. IN 600 PTR a.acme.example.
        6.0/28  PTR b.acme.example.

        """;

    private static RecordChange Pointer(int host, string[] old, string[] made) => WrittenPlan.Change(Zone, $"{host}.{Zone}", RecordType.Ptr,
        old.Length == 0 ? null : RecordSet.Of(300, old), made.Length == 0 ? null : RecordSet.Of(3600, made));

    private static (string? Patch, string? Fault) Make(params RecordChange[] changes) => ZoneFilePatch.Make("zone", File, DomainName.Parse(Zone), changes);

    /// <summary>By the program that a person would use.</summary>
    private static async Task<string> AppliedAsync(string patch, string file = File, bool back = false)
    {
        Assert.SkipUnless(System.IO.File.Exists("/usr/bin/patch"), "there is no patch(1)");
        var folder = Directory.CreateTempSubdirectory("namesake-patch-");
        var path = Path.Combine(folder.FullName, "zone");
        await System.IO.File.WriteAllTextAsync(path, file);
        var start = new ProcessStartInfo("patch", ["--fuzz=0", .. back ? ["-R"] : Array.Empty<string>(), path]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var program = Process.Start(start)!;
        await program.StandardInput.WriteAsync(patch);
        program.StandardInput.Close();
        var said = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();
        Assert.True(program.ExitCode == 0, said);
        var patched = await System.IO.File.ReadAllTextAsync(path);
        folder.Delete(recursive: true);
        return patched;
    }

    [Fact]
    public async Task Records_are_made_changed_and_removed_where_they_stand_and_the_serial_is_raised()
    {
        var patch = Make(Pointer(5, ["old.host.example."], ["mail.acme.example."]), Pointer(6, ["a.acme.example.", "b.acme.example."], []), Pointer(7, [], ["new.acme.example."])).Patch!;
        var patched = await AppliedAsync(patch);
        Assert.Equal("""
            $TTL 1h
            @       IN SOA ns1.acme.example. hostmaster.acme.example. (
                    2026112602 ; serial
                    3600 600 86400 60 )
            ; "a comment with ( and ;"
                    IN NS  ns1.acme.example.
            1       IN PTR gateway.acme.example.
            $ORIGIN 113.0.203.in-addr.arpa.
            TAB5.0/28	3600	IN	PTR	mail.acme.example.
                    IN TXT "it's (here); \" too"
            TAB7.0/28	3600	IN	PTR	new.acme.example.

            """.Replace("TAB", "", StringComparison.Ordinal), patched);
        Assert.Equal(File, await AppliedAsync(patch, patched, back: true));
    }

    [Fact]
    public async Task Where_the_record_that_names_the_owner_goes_the_next_line_names_it()
    {
        var patched = await AppliedAsync(Make(Pointer(5, ["old.host.example."], [])).Patch!);
        Assert.Contains("\n5.0/28.113.0.203.in-addr.arpa.        IN TXT", patched, StringComparison.Ordinal);
        Assert.DoesNotContain("Old.Host", patched, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_so_already_needs_no_patch() => Assert.Equal(("", null), Make(Pointer(9, ["gone.example."], []), Pointer(1, ["gateway.acme.example."], ["gateway.acme.example."])));

    [Fact]
    public void What_is_otherwise_than_planned_is_refused()
    {
        Assert.Equal($"5.{Zone} PTR is Old.Host.Example., and was to be not there", Make(Pointer(5, [], ["mail.acme.example."])).Fault);
        Assert.Equal($"8.{Zone} PTR is not there, and was to be x.example. (TTL 300)", Make(Pointer(8, ["x.example."], ["mail.acme.example."])).Fault);
    }

    [Theory]
    [InlineData("$GENERATE 1-9 $ PTR host$.example.\n", "line 1: $GENERATE makes records that are not seen here")]
    [InlineData("$INCLUDE other\n", "line 1: $INCLUDE makes records that are not seen here")]
    [InlineData("@ SOA a. b. ( 1 2 3\n", "line 1: a parenthesis isn't closed")]
    [InlineData("5 PTR \"open\n", "line 1: a quote or parenthesis doesn't fit")]
    [InlineData("5 CNAME x.example.\n", "is an alias")]
    [InlineData("1 PTR x.example.\n", "it has no SOA record whose serial could be raised")]
    [InlineData("1 PTR x.example.\r\n", "its lines must end with a line feed")]
    [InlineData("1 PTR x.example.", "its lines must end with a line feed")]
    [InlineData("5\n", "line 1 is no record")]
    public void A_file_that_is_not_understood_is_left_alone(string file, string why) =>
        Assert.Contains(why, ZoneFilePatch.Make("zone", file, DomainName.Parse(Zone), [Pointer(5, [], ["mail.acme.example."])]).Fault, StringComparison.Ordinal);

    [Fact]
    public async Task The_largest_serial_is_followed_by_one()
    {
        const string Small = "@ SOA a. b. 4294967295 1 2 3 4\n";
        var patch = ZoneFilePatch.Make("zone", Small, DomainName.Parse(Zone), [Pointer(5, [], ["mail.acme.example."])]).Patch!;
        Assert.Equal("@ SOA a. b. 1 1 2 3 4\n5\t3600\tIN\tPTR\tmail.acme.example.\n", await AppliedAsync(patch, Small));
    }
}

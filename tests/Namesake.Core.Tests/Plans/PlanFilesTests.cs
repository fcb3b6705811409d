using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Namesake.Core.Plans;
using Namesake.Core.Plans.Journal;
using Namesake.Storage.Plans;

namespace Namesake.Core.Tests.Plans;

/// <summary>The journal on a real disk.</summary>
public sealed class PlanFilesTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("namesake-plans-").FullName;
    private readonly Plan _plan = PlanWorld.WholePlan();
    private readonly PlanFiles _files;

    public PlanFilesTests() => _files = new PlanFiles(_data, TimeProvider.System);

    private string Folder => Path.Combine(_data, "plans", _plan.Id.Value);

    private string Journal => Path.Combine(Folder, "journal.jsonl");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private static PlanEntry Entry(PlanEvent kind, string text = "") => new(DateTimeOffset.UnixEpoch, "ann@relay1", kind, text);

    private async Task AppendAsync(params PlanEntry[] entries)
    {
        using var hold = await _files.TakeAsync("ann", TimeSpan.FromSeconds(5), default);
        foreach (var entry in entries)
            await hold!.AppendAsync(_plan.Id, entry);
    }

    [Fact]
    public async Task What_was_written_is_read_by_another_process()
    {
        await _files.KeepAsync(_plan, default);
        await AppendAsync(Entry(PlanEvent.Begun), Entry(PlanEvent.Confirmed));
        var found = await new PlanFiles(_data, TimeProvider.System).FindAsync(_plan.Id, default);
        Assert.Equal(PlanState.Applied, found!.State);
        Assert.Equal(PlanText.Of(_plan), PlanText.Of(found.Plan));
        Assert.Single(await _files.ListAsync(default));
    }

    [Fact]
    public async Task Of_plans_that_nobody_begins_the_newest_hundred_of_a_month_are_kept_and_all_that_were_begun()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var files = new PlanFiles(_data, time);
        await files.KeepAsync(_plan, default);
        await AppendAsync(Entry(PlanEvent.Refused));
        var made = new List<PlanId>();
        for (var number = 0; number < 105; number++)
        {
            made.Add(Another(number).Id);
            await files.KeepAsync(Another(number), default);
            time.Advance(TimeSpan.FromMinutes(1));
        }
        await files.KeepAsync(Another(7), default); // wanted again: as good as new

        async Task<HashSet<PlanId>> KeptAsync() => [.. (await new PlanFiles(_data, time).ListAsync(default)).Select(history => history.Plan.Id)];
        var expected = made[5..].Append(_plan.Id).ToHashSet();
        Assert.Equal(expected, await KeptAsync());

        time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(30));
        using (var other = await files.TakeAsync("bob", TimeSpan.Zero, default))
            await files.KeepAsync(Another(200), default);
        Assert.Equal([.. expected, Another(200).Id], await KeptAsync()); // somebody is at work: nothing goes meanwhile
        await files.KeepAsync(Another(201), default);
        Assert.Equal([_plan.Id, made[7], Another(200).Id, Another(201).Id], await KeptAsync());
        Assert.Equal(4, Directory.GetDirectories(Path.Combine(_data, "plans")).Length);
        Assert.Null(await files.FindAsync(made[8], default));

        Plan Another(int number) => _plan with { Id = PlanId.New(PlanKind.Dns, DateTimeOffset.UnixEpoch, (ushort)number) };
    }

    [Fact]
    public async Task Half_a_last_line_counts_for_nothing_and_is_cut_off_before_the_next()
    {
        await _files.KeepAsync(_plan, default);
        await AppendAsync(Entry(PlanEvent.Begun));
        var whole = File.ReadAllBytes(Journal);
        var confirmed = PlanJournalJson.Write(Entry(PlanEvent.Confirmed));
        for (var length = 1; length < confirmed.Length; length += 7)
        {
            File.WriteAllBytes(Journal, [.. whole, .. confirmed.AsSpan(0, length)]);
            var found = await _files.FindAsync(_plan.Id, default);
            Assert.Equal((PlanState.Applying, 0), (found!.State, found.Damaged));
        }
        await AppendAsync(Entry(PlanEvent.Undoing));
        Assert.Equal(2, File.ReadAllLines(Journal).Length);
        Assert.Equal(PlanState.Undoing, (await _files.FindAsync(_plan.Id, default))!.State);
    }

    [Fact]
    public async Task A_damaged_line_makes_every_change_one_that_may_be_written()
    {
        await _files.KeepAsync(_plan, default);
        await AppendAsync(Entry(PlanEvent.Begun), Entry(PlanEvent.Watching));
        var lines = File.ReadAllLines(Journal);
        File.WriteAllText(Journal, $"{lines[0]}\n\0\0\0\0\n{lines[1]}\n");
        var found = await _files.FindAsync(_plan.Id, default);
        Assert.Equal((1, 4, true), (found!.Damaged, found.MayBeWritten.Length, found.IsInHand));
    }

    [Fact]
    public async Task The_same_plan_is_kept_once_and_another_under_its_id_is_refused()
    {
        await _files.KeepAsync(_plan, default);
        await _files.KeepAsync(_plan, default);
        var refused = await Assert.ThrowsAsync<PlanStoreException>(() => _files.KeepAsync(_plan with { Notes = [new PlanNote(PlanNoteKind.Advice, "x", "y")] }, default));
        Assert.Contains("changed after it was made", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_one_has_the_lock_and_the_next_gets_it_when_it_is_let_go()
    {
        await _files.KeepAsync(_plan, default);
        var first = await _files.TakeAsync("ann", TimeSpan.Zero, default);
        Assert.NotNull(first);
        Assert.Null(await new PlanFiles(_data, TimeProvider.System).TakeAsync("ben", TimeSpan.Zero, default));
        var waiting = new PlanFiles(_data, TimeProvider.System).TakeAsync("ben", TimeSpan.FromSeconds(30), default);
        first.Dispose();
        using var second = await waiting;
        Assert.NotNull(second);
    }

    [Fact]
    public async Task Who_attends_a_plan_is_alone_with_it()
    {
        await _files.KeepAsync(_plan, default);
        var first = _files.TryAttend(_plan.Id);
        Assert.NotNull(first);
        Assert.Null(_files.TryAttend(_plan.Id));
        first.Dispose();
        using var second = _files.TryAttend(_plan.Id);
        Assert.NotNull(second);
    }

    [Fact]
    public async Task The_registry_is_replaced_whole()
    {
        Assert.Empty((await _files.RegistryAsync(default)).Records);
        using (var hold = await _files.TakeAsync("ann", TimeSpan.Zero, default))
            await hold!.RegisterAsync(PlanRegistry.Empty.After(_plan.Changes, _plan.Id, _plan.MadeAt));
        Assert.Equal(3, (await _files.RegistryAsync(default)).Records.Length);
        Assert.Equal("edge", (await _files.RegistryAsync(default)).Tables.Single().By);
    }

    [Fact]
    public async Task Foreign_files_and_folders_are_none_of_our_business()
    {
        await _files.KeepAsync(_plan, default);
        Directory.CreateDirectory(Path.Combine(_data, "plans", "Not A Plan"));
        Directory.CreateDirectory(Path.Combine(_data, "plans", "empty"));
        File.WriteAllText(Path.Combine(_data, "plans", "notes.txt"), "x");
        Assert.Single(await _files.ListAsync(default));
    }

    [Fact]
    public async Task A_plan_that_is_none_any_more_is_told_with_its_file()
    {
        await _files.KeepAsync(_plan, default);
        File.WriteAllText(Path.Combine(Folder, "plan.json"), "{}");
        var damaged = await Assert.ThrowsAsync<PlanStoreException>(() => _files.ListAsync(default));
        Assert.Contains("plan.json", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_plan_does_not_hide_the_others()
    {
        var other = PlanWorld.WholePlan("dns-20261126-091500-0002");
        await _files.KeepAsync(other, default);
        await _files.KeepAsync(_plan, default);
        File.WriteAllText(Path.Combine(Folder, "plan.json"), "{}");

        var shelf = await new PlanFiles(_data, TimeProvider.System).ReadAllAsync(default);

        Assert.Equal(other.Id, Assert.Single(shelf.Plans).Plan.Id);
        var (id, why) = Assert.Single(shelf.Damaged);
        Assert.Equal(_plan.Id, id);
        Assert.Contains("plan.json", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_the_lock_and_for_what_can_be_read_while_it_is_held()
    {
        await _files.KeepAsync(_plan, default);
        using var hold = await _files.TakeAsync("ann@relay1, applying a plan that is looked for", TimeSpan.Zero, default);
        hold?.Dispose();
        using var second = await _files.TakeAsync("relay, taking back", TimeSpan.Zero, default);
        Assert.StartsWith("relay, taking back, since ", await new PlanFiles(_data, TimeProvider.System).HolderAsync(default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_registry_is_told_and_not_taken_for_an_empty_one()
    {
        await _files.KeepAsync(_plan, default);
        File.WriteAllText(Path.Combine(_data, "plans", "registry.json"), "{\"version\":1,\"records\":[3]}");
        var damaged = await Assert.ThrowsAsync<PlanStoreException>(() => _files.RegistryAsync(default));
        Assert.Contains("records[0]", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_a_clear_error_and_leaves_no_half_line()
    {
        Directory.CreateDirectory(Path.Combine(_data, "plans"));
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", Path.Combine(_data, "plans")), "no file system can be mounted here");
        try
        {
            await _files.KeepAsync(_plan, default);
            await AppendAsync(Entry(PlanEvent.Begun));
            Assert.Throws<IOException>(() => File.WriteAllBytes(Path.Combine(_data, "plans", "filler"), new byte[100_000]));

            var full = await Assert.ThrowsAsync<PlanStoreException>(() => AppendAsync(Entry(PlanEvent.Trouble, new string('x', 15_000))));

            Assert.Contains(_plan.Id.Value, full.Message, StringComparison.Ordinal);
            Assert.Equal((PlanState.Applying, 0), ((await _files.FindAsync(_plan.Id, default))!.State, (await _files.FindAsync(_plan.Id, default))!.Damaged));
            File.Delete(Path.Combine(_data, "plans", "filler"));
            await AppendAsync(Entry(PlanEvent.Undoing));
            Assert.Equal(2, File.ReadAllLines(Journal).Length);
        }
        finally
        {
            await RunAsync("umount", Path.Combine(_data, "plans"));
        }
    }

    [Fact]
    public async Task What_root_writes_belongs_to_the_owner_of_the_data_directory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root can give files away");
        Assert.True(await RunAsync("chown", "65534:65534", _data));
        await _files.KeepAsync(_plan, default);
        await AppendAsync(Entry(PlanEvent.Begun));
        using (var hold = await _files.TakeAsync("root", TimeSpan.Zero, default))
            await hold!.RegisterAsync(PlanRegistry.Empty);
        using var attending = _files.TryAttend(_plan.Id);
        var paths = Directory.EnumerateFileSystemEntries(_data, "*", SearchOption.AllDirectories).ToList();
        Assert.Equal(8, paths.Count);
        Assert.All(paths, path => Assert.Equal("65534:65534", Owner(path)));

        static string Owner(string path)
        {
            using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%u:%g", path]) { RedirectStandardOutput = true })!;
            return stat.StandardOutput.ReadToEnd().Trim();
        }
    }

    [Fact]
    public async Task A_link_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links take a right of their own there");
        await _files.KeepAsync(_plan, default);
        var victim = Path.Combine(_data, "victim");
        File.WriteAllText(victim, "precious\n");
        File.CreateSymbolicLink(Journal, victim);
        await Assert.ThrowsAsync<PlanStoreException>(() => AppendAsync(Entry(PlanEvent.Begun)));
        Assert.Equal("precious\n", File.ReadAllText(victim));
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    [Fact]
    public async Task Nobody_else_can_read_a_plan()
    {
        if (OperatingSystem.IsWindows())
            return; // it has no modes
        await _files.KeepAsync(_plan, default);
        await AppendAsync(Entry(PlanEvent.Begun));
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        foreach (var path in new[] { Folder, Journal, Path.Combine(Folder, "plan.json"), Path.Combine(_data, "plans") })
            Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(path) & Others);
    }
}

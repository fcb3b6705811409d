using Namesake.Contracts.Tests.Spool;
using Namesake.Core.Messages;
using Namesake.Core.Pipeline.Spool;
using Namesake.Storage;
using Namesake.Storage.Sqlite;
using Namesake.Storage.Sqlite.Operations;

namespace Namesake.Contracts.Tests.Sqlite;

/// <summary>Commits of which nobody knows whether they happened, and a database that can't be opened again yet: what clients were told stays true, and nothing is left lying about.</summary>
public sealed class UnknownOutcomeTests : IAsyncLifetime
{
    private const int Large = 300_000;
    private const int LeftOpen = 614;
    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingLog _log = new();
    private OpenedSpool _spool = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_directory.Path, "data");

    private string Database => Path.Combine(Data, "spool.db");

    public ValueTask InitializeAsync()
    {
        _spool = OpenedSpool.Open(new SpoolOptions { DataDirectory = Data, MinimumFreeBytes = 0, Company = TimeSpan.Zero }, TimeProvider.System, _log);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task What_a_client_was_told_is_not_taken_is_not_there_after_a_stop_either()
    {
        await RefusedAsync(new AcceptOperation(new Acceptance(New(), _spool.Files, null), 1_000));

        await _spool.DisposeAsync();

        Assert.Empty(await StoredAsync());
        Assert.DoesNotContain(_log.Told, told => told.Event == LeftOpen);
    }

    [Fact]
    public async Task What_can_not_be_taken_back_before_the_end_is_told_with_its_id()
    {
        var mail = New();
        await RefusedAsync(new AcceptOperation(new Acceptance(mail, _spool.Files, null), 1_000));
        Away();

        await _spool.DisposeAsync();

        Assert.Contains(mail.Id.ToString(), Assert.Single(_log.Told, told => told.Event == LeftOpen).Text, StringComparison.Ordinal);
        Back();
        Assert.Equal([mail.Id], await StoredAsync());
    }

    [Fact]
    public async Task Large_contents_that_are_refused_while_the_database_can_not_be_opened_leave_no_file()
    {
        var intake = new Intake(_spool);
        await RefusedAsync(new SaveIdentityOperation("any", "thing"));
        Away();

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => intake.AcceptAsync(New(Large)));
            await using var file = await WrittenAsync(_spool.Ids.Next());
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => intake.AcceptAsync(New() with { Id = file.Message, Content = null, ContentFile = file }));
        }

        Assert.Empty(Files());
        Assert.Equal(0, _spool.Files.Bytes);
        Back();
        await intake.AcceptAsync(New(Large));
        Assert.Single(Files());
    }

    [Fact]
    public async Task A_large_content_that_is_wrong_itself_leaves_no_file()
    {
        var wrong = New(Large);
        wrong = wrong with { Consignments = [wrong.Consignments[0], wrong.Consignments[0]] }; // its recipient twice

        await Assert.ThrowsAnyAsync<Exception>(() => new Intake(_spool).AcceptAsync(wrong));

        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_report_that_may_be_stored_keeps_its_content_while_it_is_given_again_in_vain()
    {
        var intake = new Intake(_spool);
        var consignment = Assert.Single(await intake.AcceptAsync(New()));
        var report = New(Large) with { IsDsn = true };
        var settlement = new Settlement(consignment, [new RecipientResult(0, RecipientFate.Failed, "550 no")], null, [report]);
        var spawned = await intake.PrepareAsync([report], 1_000, guarded: false);
        await Assert.ThrowsAsync<SpoolUnavailableException>(() => _spool.Writer.CommitAsync(new LostAnswer(new SettleOperation(settlement, null, spawned, 1_000))));
        Away();
        var settlements = new Settlements(_spool, intake, _log);

        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<SpoolUnavailableException>(() => settlements.SettleAsync(settlement));

        Back();
        await _spool.Writer.ApplyAsync(new SaveIdentityOperation("any", "thing")); // opens it again
        Assert.Equal(Large, new FileInfo(_spool.Files.PathOf(report.Id)).Length);
        Assert.Equal(report.Id, Assert.Single(await settlements.SettleAsync(settlement)).Message);
        Assert.Equal(Large, Assert.Single(Files()).Length);
    }

    private NewMessage New(int size = 100)
    {
        var id = _spool.Ids.Next();
        return SampleMail.New(id, Mail.Key, claimed: true, id.AcceptedAt.AddMinutes(5), id.AcceptedAt.AddDays(5), new byte[size]);
    }

    private async Task<Storage.Files.ContentFile> WrittenAsync(MessageId message)
    {
        var file = _spool.Files.Create(message, guarded: true);
        await file.WriteAsync(new byte[Large], Cancellation);
        await file.CompleteAsync();
        return file;
    }

    private Task<SpoolUnavailableException> RefusedAsync(Storage.Sqlite.Writing.WriteOperation change) => Assert.ThrowsAsync<SpoolUnavailableException>(() => _spool.Writer.ApplyAsync(new LostAnswer(change)));

    private FileInfo[] Files() => new DirectoryInfo(Path.Combine(Data, "bodies")).GetFiles();

    private void Away() => File.Move(Database, Database + ".away");

    private void Back() => File.Move(Database + ".away", Database);

    private async Task<List<MessageId>> StoredAsync()
    {
        await using var again = await Mail.OpenAsync(Data);
        return await Mail.IdsAsync(again);
    }
}

using Namesake.Core.Pipeline.Spool;

namespace Namesake.Contracts.Tests.Spool;

public abstract class ContentContract(SpoolHouse house) : SpoolContract(house)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10_000)]
    [InlineData(262_144)]
    [InlineData(262_145)]
    [InlineData(3_000_000)]
    public async Task Content_of_any_size_comes_back_as_it_was(int size)
    {
        var content = Bytes(size);
        var mail = Mail(content: content);
        await Spool.AcceptAsync(mail);

        await House.CrashAsync();

        Assert.Equal(content, await ContentAsync(mail.Id));
    }

    [Fact]
    public async Task Content_written_piece_by_piece_comes_back_whole()
    {
        var content = Bytes(1_000_000);
        var mail = Mail();
        await using var file = Spool.CreateContentFile(mail.Id);
        for (var at = 0; at < content.Length; at += 30_000)
            await file.WriteAsync(content.AsMemory(at, Math.Min(30_000, content.Length - at)), Cancellation);
        await file.CompleteAsync();
        Assert.Equal(content.Length, file.Length);

        var consignment = Assert.Single(await Spool.AcceptAsync(mail with { Content = null, ContentFile = file }));
        await file.DisposeAsync();

        Assert.Null(consignment.Content);
        Assert.Equal(content.Length, consignment.Size);
        Assert.Equal(content, await ContentAsync(mail.Id));
    }

    [Theory]
    [InlineData(3_000)]
    [InlineData(1_000_000)]
    public async Task The_start_of_content_may_be_written_last(int size)
    {
        var content = Bytes(size);
        var mail = Mail();
        await using var file = Spool.CreateContentFile(mail.Id);
        await file.WriteAsync(new byte[2_000], Cancellation);
        await file.WriteAsync(content.AsMemory(2_000), Cancellation);
        await file.WriteStartAsync(content.AsMemory(0, 1_999));
        await file.WriteStartAsync(content.AsMemory(0, 2_000));
        await file.WriteAsync("end"u8.ToArray(), Cancellation);
        await file.CompleteAsync();
        Assert.Equal(size + 3, file.Length);

        await Spool.AcceptAsync(mail with { Content = null, ContentFile = file });
        await file.DisposeAsync();

        var stored = await ContentAsync(mail.Id);
        Assert.Equal([.. content, .. "end"u8], stored);
    }

    [Fact]
    public async Task Content_not_complete_is_not_accepted()
    {
        var mail = Mail();
        await using var file = Spool.CreateContentFile(mail.Id);
        await file.WriteAsync(Bytes(10), Cancellation);

        await Assert.ThrowsAsync<ArgumentException>(() => Spool.AcceptAsync(mail with { Content = null, ContentFile = file }));

        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task Content_in_memory_and_in_a_file_at_once_is_not_accepted()
    {
        var mail = Mail();
        await using var file = Spool.CreateContentFile(mail.Id);
        await file.WriteAsync(Bytes(300_000), Cancellation);
        await file.CompleteAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => Spool.AcceptAsync(mail with { Content = (byte[]?)null, ContentFile = file })); // becomes an empty memory
        await Assert.ThrowsAsync<ArgumentException>(() => Spool.AcceptAsync(mail with { Content = null, ContentFile = null }));

        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task Content_nobody_accepted_takes_no_room()
    {
        var before = (await View.TotalsAsync(Cancellation)).SizeBytes;
        for (var complete = 0; complete < 2; complete++)
        {
            await using var file = Spool.CreateContentFile(Spool.NextId());
            await file.WriteAsync(Bytes(1_000_000), Cancellation);
            if (complete == 1)
                await file.CompleteAsync();
        }

        Assert.Equal(before, (await View.TotalsAsync(Cancellation)).SizeBytes);
    }

    [Fact]
    public async Task Large_content_goes_with_its_message()
    {
        var mail = Mail(content: Bytes(2_000_000), recipients: 2);
        var consignment = Assert.Single(await Spool.AcceptAsync(mail));
        Assert.True((await View.TotalsAsync(Cancellation)).SizeBytes > 2_000_000);

        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Delivered, null)], null, []));
        Assert.Equal(2_000_000, (await ContentAsync(mail.Id)).Length);
        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(1, RecipientFate.Delivered, null)], null, []));

        Assert.True((await View.TotalsAsync(Cancellation)).SizeBytes < 2_000_000);
    }

    [Fact]
    public async Task A_large_DSN_is_stored_with_its_settlement()
    {
        var consignment = await AcceptAsync();
        var dsn = Mail(content: Bytes(700_000)) with { IsDsn = true };

        await Spool.SettleAsync(new Settlement(consignment, [new RecipientResult(0, RecipientFate.Failed, "550")], null, [dsn]));

        Assert.Equal(Bytes(700_000), await ContentAsync(dsn.Id));
    }

    private static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}

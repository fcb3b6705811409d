using System.Buffers;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Pipeline.Submission;

/// <summary>Collects one message's content: in a pooled array up to 256 KB, beyond that, or without budget, in a content file of the spool.</summary>
internal sealed class ContentBuffer(ContentBudget budget, Func<IContentFile> createFile) : IBufferWriter<byte>, IAsyncDisposable
{
    /// <summary>What is larger is a file beside the database.</summary>
    public const int MostInMemory = 262_144;

    private const int Smallest = 16_384;

    private byte[] _array = [];
    private byte[] _head = [];
    private int _reserved;
    private int _written;
    private IContentFile? _file;
    private ContentSignature? _reader;

    /// <summary>Bytes collected, those in the file included.</summary>
    public long Length { get; private set; }

    public bool IsFile => _file is not null;

    /// <summary>The disk would not take it: what comes is thrown away from then on, so that the client is told at the end, where it listens. Null while all is well.</summary>
    public SpoolUnavailableException? Trouble { get; private set; }

    /// <summary>Set before the first byte goes to a file: what stands in front of the content there, and who reads what follows the <see cref="Head"/>, if anybody.</summary>
    public Func<(byte[] Prefix, ContentSignature? Reader)>? OpenFile { get; set; }

    /// <summary>The beginning of the content, headers included: all of it, or what was in memory when it went to the file.</summary>
    public ReadOnlySpan<byte> Head => _file is null ? InMemory : _head;

    private ReadOnlySpan<byte> InMemory => _array.AsSpan(0, _written);

    public void Advance(int count)
    {
        _written += count;
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _array.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _array.AsSpan(_written);
    }

    /// <summary>Moves what was collected to the file when memory is no place for it any more. Called after every read, so one read may exceed the limits.</summary>
    public async ValueTask SpillAsync()
    {
        if (Trouble is not null)
        {
            _written = 0;
            return;
        }

        if (_file is null && _written <= MostInMemory && (_array.Length <= Smallest || Reserve(_array.Length)))
            return;
        try
        {
            await WriteToFileAsync();
        }
        catch (SpoolUnavailableException trouble)
        {
            Trouble = trouble;
        }

        _written = 0;
    }

    /// <summary>The content in memory with signatures and trace line in front of it, as an array of its own.</summary>
    public byte[] ToArray(ReadOnlySpan<byte> signatures, ReadOnlySpan<byte> trace)
    {
        var whole = GC.AllocateUninitializedArray<byte>(signatures.Length + trace.Length + _written);
        signatures.CopyTo(whole);
        trace.CopyTo(whole.AsSpan(signatures.Length));
        InMemory.CopyTo(whole.AsSpan(signatures.Length + trace.Length));
        return whole;
    }

    /// <summary>Moves the rest to the file, so that its reader has seen all.</summary>
    public async Task EndFileAsync()
    {
        await WriteToFileAsync();
        _written = 0;
    }

    /// <summary>The file, complete and on stable storage; the caller owns it from here.</summary>
    /// <param name="start">Written over its first bytes.</param>
    public async Task<IContentFile> TakeFileAsync(ReadOnlyMemory<byte> start)
    {
        var file = _file!;
        if (start.Length > 0)
            await file.WriteStartAsync(start);
        await file.CompleteAsync();
        _file = null;
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        budget.Release(_reserved);
        _reserved = 0;
        if (_file is not null)
            await _file.DisposeAsync();
    }

    private async Task WriteToFileAsync()
    {
        if (_file is null)
        {
            _head = InMemory.ToArray();
            _file = createFile();
            if (OpenFile?.Invoke() is { } opened)
            {
                _reader = opened.Reader;
                await _file.WriteAsync(opened.Prefix, CancellationToken.None);
            }
        }
        else
            _reader?.Append(_array.AsSpan(0, _written));

        // Not given up for a relay that stops: the client is told how its message ended.
        await _file.WriteAsync(_array.AsMemory(0, _written), CancellationToken.None);
    }

    private bool Reserve(int size)
    {
        if (size <= _reserved)
            return true;
        if (!budget.TryReserve(size - _reserved))
            return false;
        _reserved = size;
        return true;
    }

    private void Grow(int more)
    {
        if (_array.Length - _written >= more)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Smallest, Math.Max(_array.Length * 2, _written + more)));
        InMemory.CopyTo(larger);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}

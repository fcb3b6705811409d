using System.Text;
using MimeKit;
using Namesake.Core.Pipeline.Spool;

namespace Namesake.Core.Tests.Pipeline.Reporting;

/// <summary>A report as MimeKit reads it, beside its raw octets.</summary>
internal sealed record Report(NewMessage Stored, MimeMessage Message, MultipartReport Parts, string Raw)
{
    public string Words => ((TextPart)Parts[0]).Text;

    public MimePart StatusPart => (MimePart)Parts[1];

    /// <summary>The fields about the message, then those about each recipient.</summary>
    public IReadOnlyList<HeaderList> Status { get; } = Groups((MimePart)Parts[1]);

    public string OriginalType => Parts[2].ContentType.MimeType;

    public string? OriginalEncoding => Parts[2].Headers[HeaderId.ContentTransferEncoding];

    /// <summary>What came back of the original, decoded.</summary>
    public string Original
    {
        get
        {
            using var bytes = new MemoryStream();
            var format = FormatOptions.Default.Clone();
            format.NewLineFormat = NewLineFormat.Dos;
            format.International = true;
            if (Parts[2] is MessagePart whole)
                whole.Message!.WriteTo(format, bytes);
            else
                ((MimePart)Parts[2]).Content!.DecodeTo(bytes);
            return Encoding.UTF8.GetString(bytes.ToArray());
        }
    }

    public static Report Read(NewMessage stored)
    {
        var bytes = stored.Content!.Value.ToArray();
        using var input = new MemoryStream(bytes);
        var message = MimeMessage.Load(input);
        return new Report(stored, message, Assert.IsType<MultipartReport>(message.Body), Encoding.UTF8.GetString(bytes));
    }

    private static List<HeaderList> Groups(MimePart part)
    {
        using var bytes = new MemoryStream();
        part.Content!.DecodeTo(bytes);
        var blocks = Encoding.UTF8.GetString(bytes.ToArray()).Split("\r\n\r\n", StringSplitOptions.RemoveEmptyEntries);
        return [.. blocks.Select(block =>
        {
            using var block1 = new MemoryStream(Encoding.UTF8.GetBytes(block + "\r\n\r\n"));
            return HeaderList.Load(block1);
        })];
    }
}

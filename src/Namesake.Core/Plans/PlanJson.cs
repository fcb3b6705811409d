using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Namesake.Core.Plans.Json;

namespace Namesake.Core.Plans;

/// <summary>A plan as a document: what <c>plan -o</c> writes, <c>apply</c> reads and the journal keeps. A contract, by its version.</summary>
/// <remarks>Reading is strict, for it decides what is written into other people's servers: an unknown member, a missing one or one of another form is a fault with its place. It never throws, and makes
/// nothing of a document that is too long.</remarks>
public static class PlanJson
{
    /// <summary>Of the form. Another one is refused: it may mean what this one can't say.</summary>
    public const int Version = 1;

    /// <value>16 MiB: a plan for ten thousand sources has about 8.</value>
    public const int MostBytes = 16 << 20;

    /// <summary>Entries of one list.</summary>
    internal const int MostEntries = 100_000;

    internal const int MostSteps = 100;

    /// <summary>Values of one record set.</summary>
    internal const int MostValues = 1_000;

    /// <value>As long as the data of a record can be (RFC 1035 §3.2.1), each octet written with an escape of four characters.</value>
    internal const int LongestValue = 4 * 65_535;

    internal const int LongestText = 20_000;

    private static readonly JsonWriterOptions ForPeople = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>UTF-8, indented, with a line feed at the end.</summary>
    public static byte[] Write(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var written = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(written, ForPeople))
            PlanWriter.Write(json, plan);
        written.Write("\n"u8);
        return written.WrittenSpan.ToArray();
    }

    public static PlanReading Read(ReadOnlyMemory<byte> text)
    {
        var faults = new JsonFaults();
        using var document = JsonDocuments.Parse(text, MostBytes, faults);
        var plan = document is null ? null : PlanReader.Read(document.RootElement, faults);
        return new PlanReading(faults.IsEmpty ? plan : null, faults.All);
    }
}

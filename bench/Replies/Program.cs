// dotnet run -c Release --project bench/Replies [FILE …]
//
// Classified replies per second of one core, in processor time: a mix of refusals in wordings of our own, each kind alone, and hostile ones. Given files hold one reply a line ("//" is a line's end).
using System.Diagnostics;
using Namesake.Bench.Replies;
using Namesake.Core.Messages;
using Namesake.Core.Receivers.Replies;
using Namesake.Protocol.Smtp.Replies;

var kinds = args.Length > 0
    ? args.Select(file => (Name: Path.GetFileName(file), Replies: Corpus.Read(File.ReadAllLines(file)))).ToList()
    : Corpus.Kinds.Select(kind => (kind.Name, Replies: Corpus.Read(kind.Lines))).ToList();
Measure("all, mixed", [.. kinds.SelectMany(kind => kind.Replies)]);
foreach (var (name, replies) in kinds)
    Measure(name, replies);
foreach (var (name, reply) in Corpus.Hostile)
    Measure(name, [reply]);

static void Measure(string name, IReadOnlyList<SmtpReply> replies)
{
    if (replies.Count == 0)
        return;
    var scene = new ReplyScene(SessionPhase.Rcpt, "mx1.sink.example");
    var rates = new List<double>();
    using var process = Process.GetCurrentProcess();
    long bytes = 0;
    for (var round = 0; round < 6; round++)
    {
        var count = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        process.Refresh();
        var before = process.TotalProcessorTime;
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMilliseconds(500))
            foreach (var reply in replies)
            {
                ReplyClassifier.Classify(reply, scene);
                count++;
            }

        if (round == 0)
            continue; // warming up
        process.Refresh();
        rates.Add(count / (process.TotalProcessorTime - before).TotalSeconds);
        bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
    }

    rates.Sort();
    Console.WriteLine($"{name,-28}{replies.Count,5} replies{rates[2],12:N0}/core-second ({rates[0]:N0} to {rates[^1]:N0}){1_000_000 / rates[2],8:N2} us{bytes,7:N0} bytes allocated");
}

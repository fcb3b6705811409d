// traffic CAPACITY DEFERRED REFUSED [--unreported NUMBER] [--slow MILLISECONDS] [--certificate PEM KEY] ADDRESS:PORT…
//
// A receiver at those addresses and clients on command: bench/run and bench/soak talk to it over standard input, a JSON object a line.
//   {"burst": {…}}   submits, and answers when it is done       {"sums": KILLED_AT}   what became of all messages so far       {}   how many came
//   {"came": [FIRST, COUNT]}   how many of these came, and when the last of them did
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Namesake.Bench.Traffic;

var whole = CultureInfo.InvariantCulture;
var (rest, unreported) = (args[3..], 0);
if (rest is ["--unreported", var number, ..])
    (unreported, rest) = (int.Parse(number, whole), rest[2..]);
var ledger = new Ledger(int.Parse(args[0], whole), int.Parse(args[1], whole), int.Parse(args[2], whole), unreported);
var slow = TimeSpan.Zero;
if (rest is ["--slow", var milliseconds, ..])
    (slow, rest) = (TimeSpan.FromMilliseconds(int.Parse(milliseconds, whole)), rest[2..]);
X509Certificate2? certificate = null;
if (rest is ["--certificate", var pem, var key, ..])
{
    certificate = X509Certificate2.CreateFromPemFile(pem, key);
    rest = rest[3..];
}

var sink = new Sink(ledger, slow, certificate);
var failed = Task.WhenAny(rest.Select(address => sink.ListenAsync(IPEndPoint.Parse(address))));
var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
Task? burst = null;
while (await Console.In.ReadLineAsync() is { } line)
{
    if (failed.IsCompleted)
        await await failed;
    using var command = JsonDocument.Parse(line);
    if (command.RootElement.TryGetProperty("burst", out var wanted))
        burst = new Source(ledger, wanted.Deserialize<Burst>(json)!).RunAsync().ContinueWith(done => Answer(done.GetAwaiter().GetResult()), TaskScheduler.Default);
    else if (command.RootElement.TryGetProperty("sums", out var killedAt))
        Answer(ledger.Sum(killedAt.GetInt32()));
    else if (command.RootElement.TryGetProperty("came", out var which))
        Answer(ledger.Came(which[0].GetInt32(), which[1].GetInt32()));
    else
        Answer(new { ledger.Arrivals, ledger.Milliseconds, ledger.Begun, Running = burst is { IsCompleted: false } });
}

void Answer(object answer)
{
    lock (json)
        Console.WriteLine(JsonSerializer.Serialize(answer, json));
}

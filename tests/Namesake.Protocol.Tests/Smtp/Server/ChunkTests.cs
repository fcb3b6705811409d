using Namesake.Protocol.Smtp.Server;
using static Namesake.Protocol.Tests.Smtp.Server.Sessions;

namespace Namesake.Protocol.Tests.Smtp.Server;

/// <summary>BDAT, RFC 3030.</summary>
public sealed class ChunkTests
{
    [Fact]
    public void Chunks_make_a_message()
    {
        var session = At(SessionState.RcptGiven);
        Assert.Equal("chunk 10", session.Say("BDAT 10").Short());
        Assert.Throws<InvalidOperationException>(() => session.Say("BDAT 10"));
        Assert.Equal(Ok, session.ContentEnded(Ok));
        Assert.Equal((SessionState.Chunks, 1), (session.State, session.Recipients));
        Assert.Equal("chunk 0 last", session.Say("BDAT 0 LAST").Short());
        session.ContentEnded(Ok);
        Assert.Equal((SessionState.Greeted, null), (session.State, session.Mail));
    }

    [Fact]
    public void One_chunk_can_be_the_whole_message()
    {
        var session = At(SessionState.RcptGiven);
        Assert.Equal("chunk 1000 last", session.Say("BDAT 1000 LAST").Short());
        session.ContentEnded(Ok);
        Assert.Equal(SessionState.Greeted, session.State);
    }

    [Fact]
    public void A_refused_chunk_ends_the_transaction_and_those_behind_it_are_dropped()
    {
        var session = At(SessionState.RcptGiven);
        session.Say("BDAT 10");
        session.ContentEnded(No);
        Assert.Equal(SessionState.Greeted, session.State);
        Assert.Equal("drop 10 503 5.5.1", session.Say("BDAT 10").Short());
        Assert.Equal("drop 5 503 5.5.1", session.Say("BDAT 5 LAST").Short());
        Assert.Equal("sender?", session.Say("MAIL FROM:<>").Short());
    }

    [Fact]
    public void Chunks_behind_refused_recipients_are_dropped_and_no_errors_of_the_client()
    {
        var session = At(SessionState.MailGiven);
        session.Say("RCPT TO:<bob@sink.example>", No);
        for (var i = 0; i < 100; i++)
            Assert.Equal("drop 10 503 5.5.1", session.Say("BDAT 10").Short());
    }

    [Fact]
    public void Chunks_together_may_not_exceed_the_limit()
    {
        var session = At(SessionState.RcptGiven);
        session.Say("BDAT 600", Ok);
        Assert.Equal("drop 401 552 5.3.4", session.Say("BDAT 401").Short());
        Assert.Equal(SessionState.Greeted, session.State);
        Assert.Equal("drop 10 503 5.5.1", session.Say("BDAT 10 LAST").Short());
        session = At(SessionState.RcptGiven);
        session.Say("BDAT 600", Ok);
        Assert.Equal("chunk 400 last", session.Say("BDAT 400 LAST").Short());
    }

    [Fact]
    public void The_count_begins_anew_with_each_message()
    {
        var session = At(SessionState.RcptGiven);
        session.Say("BDAT 900 LAST", Ok);
        session.Say("MAIL FROM:<>", Ok);
        session.Say("RCPT TO:<b@sink.example>", Ok);
        Assert.Equal("chunk 900 last", session.Say("BDAT 900 LAST").Short());
    }

    [Theory]
    [InlineData("BDAT 9223372036854775807")]
    [InlineData("BDAT 2002 LAST")]
    public void Nobody_makes_us_read_without_end(string line)
    {
        Assert.Equal("close 552 5.3.4", At(SessionState.RcptGiven).Say(line).Short());
        Assert.Equal("close 503 5.5.1", At(SessionState.Greeted).Say(line).Short());
        Assert.Equal("close 552 5.3.4", At(SessionState.Chunks).Say(line).Short());
    }

    [Theory]
    [InlineData("BDAT")]
    [InlineData("BDAT x")]
    [InlineData("BDAT 99999999999999999999")]
    [InlineData("BDAT 5 LAST x")]
    public void A_chunk_of_unknown_size_ends_the_session(string line)
    {
        foreach (var state in new[] { SessionState.Connected, SessionState.Greeted, SessionState.RcptGiven, SessionState.Chunks })
            Assert.Equal("close 501 5.5.4", At(state).Say(line).Short());
    }

    [Fact]
    public void A_client_that_sends_chunks_where_none_are_offered_is_cut_off_in_the_end()
    {
        var session = At(SessionState.RcptGiven, Everything with { Chunking = false, MaxErrors = 2 });
        Assert.Equal("drop 1 502 5.5.1", session.Say("BDAT 1").Short());
        Assert.Equal("drop 1 502 5.5.1", session.Say("BDAT 1").Short());
        Assert.Equal("close 502 5.5.1", session.Say("BDAT 1").Short());
    }
}

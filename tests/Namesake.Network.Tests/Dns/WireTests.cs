using System.Text;
using CsCheck;
using Namesake.Core.Dns;
using Namesake.Network.Dns;
using Namesake.Network.Dns.Wire;
using Namesake.Protocol.Addresses;

namespace Namesake.Network.Tests.Dns;

public sealed class WireTests
{
    /// <summary>Written by hand from RFC 1035: mail.Brand.example A, a CNAME and an A with compressed names, one unknown type, an OPT with an extended code.</summary>
    private static readonly byte[] Reply = Convert.FromHexString(
        "1234" + "84A0" + "0001" + "0003" + "0000" + "0001"
        + "046D61696C054272616E64076578616D706C6500" + "0001" + "0001" // offset 12: mail, 17: Brand, 23: example
        + "C00C" + "0005" + "0001" + "0000003C" + "0006" + "036D7831" + "C011" // mx1.Brand.example at 48
        + "C030" + "0001" + "0001" + "80000000" + "0004" + "CB007105" // a TTL with the highest bit
        + "C030" + "FFFE" + "0001" + "0000003C" + "0003" + "010203"
        + "00" + "0029" + "04D0" + "01000000" + "0000");

    [Fact]
    public void A_compressed_reply_is_read()
    {
        var message = WireMessage.Parse(Reply);
        Assert.Equal(0x1234, message.Id);
        Assert.True(message is { IsReply: true, Authoritative: true, Authenticated: true, Truncated: false, HasOpt: true });
        Assert.Equal(16, message.ResponseCode); // BADVERS: the upper bits are in OPT
        Assert.Equal(new WireQuestion("mail.brand.example", 1, 1), message.Question);
        Assert.Equal(
            [("mail.brand.example", 5, 60.0, "mx1.brand.example", null), ("mx1.brand.example", 1, 0.0, "", "203.0.113.5")],
            message.Answers.Select(record => (record.Owner, record.Type, record.Ttl.TotalSeconds, record.Target, record.Address?.ToString())));
    }

    [Theory]
    [InlineData("C00C", "itself")]
    [InlineData("C00E", "forward")]
    [InlineData("0161C00C", "a label and round again")]
    [InlineData("41", "an unknown label type")]
    [InlineData("3F6162", "a label past the end")]
    [InlineData("C0", "half a pointer")]
    public void Names_that_lead_nowhere_are_refused(string name, string why)
    {
        var octets = Convert.FromHexString("123484000001000000000000" + name);
        Assert.True(Record.Exception(() => WireMessage.Parse(octets)) is FormatException, why);
    }

    [Fact]
    public void A_name_of_more_than_255_octets_is_refused()
    {
        var label = "3F" + new string('6', 126); // 63 times "f"
        var octets = Convert.FromHexString("123484000001000000000000" + label + label + label + label + "0000010001");
        Assert.Throws<FormatException>(() => WireMessage.Parse(octets));
    }

    [Fact]
    public void Octets_that_stand_in_no_name_are_escaped_and_case_is_folded()
    {
        var reader = new WireReader([5, (byte)'A', (byte)'.', (byte)'\\', 0, 0xC3, 1, (byte)'/', 0]);
        Assert.Equal("a\\.\\\\\\000\\195./", reader.Name());
    }

    [Fact]
    public void More_records_than_any_zone_has_are_refused_before_they_are_read() =>
        Assert.Throws<FormatException>(() => WireMessage.Parse(Convert.FromHexString("123484000000FFFFFFFFFFFF")));

    [Fact]
    public void A_record_whose_length_lies_is_refused()
    {
        var octets = Convert.FromHexString("123484000000000100000000" + "00" + "0001" + "0001" + "0000003C" + "0005" + "CB00710500");
        Assert.Throws<FormatException>(() => WireMessage.Parse(octets));
    }

    [Fact]
    public void A_query_says_what_is_asked_and_no_more()
    {
        var octets = new WireQuestion(DomainName.Parse("mail.brand.example"), RecordType.Aaaa).ToQuery(0xBEEF, new DnsManner(Recursion: true), extended: true);
        Assert.Equal(
            "BEEF" + "0120" + "0001" + "0000" + "0000" + "0001" + "046D61696C056272616E64076578616D706C6500" + "001C" + "0001" + "00" + "0029" + "04D0" + "00000000" + "0000",
            Convert.ToHexString(octets));
        var direct = new WireQuestion(DomainName.Parse("a.example"), RecordType.A).ToQuery(1, new DnsManner(Recursion: false), extended: false);
        Assert.Equal("0001" + "0020" + "0001" + "0000" + "0000" + "0000" + "0161076578616D706C6500" + "0001" + "0001", Convert.ToHexString(direct));
    }

    [Fact]
    public void Strings_of_a_text_are_joined()
    {
        var text = Encoding.ASCII.GetBytes("v=spf1 ").Prepend((byte)7).Concat(Encoding.ASCII.GetBytes("-all").Prepend((byte)4)).ToArray();
        var octets = Convert.FromHexString("123484000000000100000000" + "00" + "0010" + "0001" + "0000003C" + text.Length.ToString("X4") + Convert.ToHexString(text));
        Assert.Equal("v=spf1 -all", Assert.Single(WireMessage.Parse(octets).Answers).Text);
    }

    [Fact]
    public void A_TLSA_record_is_read_whole()
    {
        var octets = Convert.FromHexString("123484000000000100000000" + "00" + "0034" + "0001" + "0000003C" + "0007" + "030101DEADBEEF");
        Assert.Equal([3, 1, 1, 0xDE, 0xAD, 0xBE, 0xEF], Assert.Single(WireMessage.Parse(octets).Answers).Octets);
    }

    [Theory]
    [InlineData("0003" + "030101")]
    [InlineData("0000")]
    [InlineData("0007" + "030101DE")]
    [InlineData("FFFF" + "030101DEADBEEF")]
    public void A_TLSA_record_with_nothing_to_compare_or_with_a_length_that_lies_is_refused(string data) =>
        Assert.Throws<FormatException>(() => WireMessage.Parse(Convert.FromHexString("123484000000000100000000" + "00" + "0034" + "0001" + "0000003C" + data)));

    [Fact]
    public void Any_octets_are_a_message_or_a_format_error() =>
        Gen.Byte.Array[0, 600].Sample(octets => IsReadOrRefused(octets), iter: 20_000);

    [Fact]
    public void A_reply_damaged_anywhere_is_a_message_or_a_format_error() =>
        Gen.Select(Gen.Int[0, Reply.Length - 1], Gen.Byte, Gen.Int[0, Reply.Length], (at, octet, length) =>
        {
            var damaged = Reply[..length];
            if (at < length)
                damaged[at] = octet;
            return damaged;
        }).Sample(octets => IsReadOrRefused(octets), iter: 50_000);

    private static bool IsReadOrRefused(byte[] octets)
    {
        try
        {
            var message = WireMessage.Parse(octets);
            return message.Answers.All(record => record.Owner.Length <= 255 * 4);
        }
        catch (FormatException)
        {
            return true;
        }
    }
}

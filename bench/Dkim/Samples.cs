using System.Text;

namespace Namesake.Bench.Dkim;

/// <summary>Mail of a given size: plain text as people write it, or HTML as programs do, with indentation that the relaxed form must change in every line.</summary>
internal static class Samples
{
    private const string Header = "Received: from client.example ([192.0.2.7])\r\n\tby mail.acme.example with ESMTP id 4F;\r\n\tMon, 09 Mar 2026 08:05:04 +0000\r\n"
        + "From: Ann Example <ann@acme.example>\r\nTo: Bob <bob@sink.example>\r\nSubject: Your order 4711 is on its way\r\nDate: Mon, 09 Mar 2026 08:05:04 +0000\r\n"
        + "Message-ID: <4711.1@acme.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";

    public static byte[] Text(int size) => Make(size, "The quick brown fox jumps over the lazy dog, and then it goes home to sleep.\r\n");

    public static byte[] Html(int size) => Make(size, "      <td class=\"item\">  <b>4711</b>  </td>\t\r\n");

    private static byte[] Make(int size, string line)
    {
        var text = new StringBuilder(Header);
        while (text.Length < size)
            text.Append(line);
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}

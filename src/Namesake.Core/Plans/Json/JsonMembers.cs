using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Namesake.Core.Sources;
using Namesake.Protocol.Addresses;

namespace Namesake.Core.Plans.Json;

/// <summary>The members of one object of a document, read strictly: what is missing, unknown, twice there or of another form is a fault with its place, and reading goes on.</summary>
/// <remarks>A member that is null is as one that is missing. Nothing here throws for what a document says.</remarks>
internal sealed class JsonMembers
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly JsonFaults _faults;

    private JsonMembers(string place, JsonFaults faults) => (Place, _faults) = (place, faults);

    public string Place { get; }

    public static JsonMembers? Of(JsonElement value, string place, JsonFaults faults, params ReadOnlySpan<string> known)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(place, "must be an object");
            return null;
        }
        var members = new JsonMembers(place, faults);
        foreach (var property in value.EnumerateObject())
        {
            var name = NameOf(property);
            if (name is null || !known.Contains(name))
                faults.Add(place, name is null ? "has a member whose name is no text" : $"knows no \"{Short(name)}\"");
            else if (!members._members.TryAdd(name, property.Value))
                faults.Add(members.At(name), "is there twice");
            if (faults.IsFull)
                break;
        }
        return members;
    }

    public void Wrong(string name, string text) => _faults.Add(At(name), text);

    public JsonElement? Find(string name) => _members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <param name="most">In characters.</param>
    /// <param name="lines">Line feeds are allowed; other control characters never are: what is read here is written into zone files and shown on terminals.</param>
    public string? Text(string name, int most, bool lines = false, bool optional = false)
    {
        if (Find(name) is not { } value)
            return Missing<string>(name, optional);
        return TextOf(value, At(name), most, lines);
    }

    /// <summary>Whatever characters, optional: of our own files.</summary>
    public string? Raw(string name, int most) => Find(name) is { } value ? TextOf(value, At(name), most, lines: true, raw: true) : null;

    public long? Whole(string name, long least, long most, bool optional = false)
    {
        if (Find(name) is not { } value)
        {
            Missing<string>(name, optional);
            return null;
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most)
            return number;
        Wrong(name, string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}"));
        return null;
    }

    /// <summary>False where it is missing.</summary>
    public bool Flag(string name)
    {
        switch (Find(name)?.ValueKind)
        {
            case null or JsonValueKind.False:
                return false;
            case JsonValueKind.True:
                return true;
            default:
                Wrong(name, "must be true or false");
                return false;
        }
    }

    public DateTimeOffset? Time(string name, bool optional = false)
    {
        if (Find(name) is not { } value)
        {
            Missing<string>(name, optional);
            return null;
        }
        if (value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time))
            return time.ToUniversalTime();
        Wrong(name, "must be a time such as 2026-11-26T08:15:00Z");
        return null;
    }

    public T? Word<T>(string name, IReadOnlyDictionary<string, T> words) where T : struct
    {
        if (Text(name, 64) is not { } text)
            return null;
        if (words.TryGetValue(text, out var word))
            return word;
        Wrong(name, $"must be one of {string.Join(", ", words.Keys)}");
        return null;
    }

    public IPAddress? Address(string name)
    {
        if (Text(name, 64) is not { } text)
            return null;
        if (IPAddress.TryParse(text, out var address) && !text.Contains('%', StringComparison.Ordinal) && string.Equals(address.ToString(), text, StringComparison.OrdinalIgnoreCase))
            return address;
        Wrong(name, "is no IP address");
        return null;
    }

    public DomainName? Domain(string name)
    {
        if (Text(name, 300) is not { } text)
            return null;
        if (DomainName.TryParse(text, out var domain, out var error))
            return domain;
        Wrong(name, error);
        return null;
    }

    /// <summary>Empty where it is missing.</summary>
    public ImmutableArray<T> Each<T>(string name, int most, Func<JsonElement, string, T?> read) where T : class
    {
        if (Find(name) is not { } value)
            return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > most)
        {
            Wrong(name, string.Create(CultureInfo.InvariantCulture, $"must be a list of at most {most}"));
            return [];
        }
        var all = ImmutableArray.CreateBuilder<T>();
        var place = At(name);
        var number = 0;
        foreach (var entry in value.EnumerateArray())
        {
            if (_faults.IsFull)
                break;
            if (read(entry, string.Create(CultureInfo.InvariantCulture, $"{place}[{number++}]")) is { } one)
                all.Add(one);
        }
        return all.ToImmutable();
    }

    public ImmutableArray<string> Texts(string name, int most, int longest, bool lines = false) => Each(name, most, (value, place) => TextOf(value, place, longest, lines));

    public ImmutableArray<SourceId> Sources() => [.. Each("sources", PlanJson.MostEntries, (value, place) => Named(TextOf(value, place, 64, lines: false), place)).Select(text => new SourceId(text))];

    /// <summary>An id as the configuration has it.</summary>
    public string? Id(string name, bool optional = false) => Named(Text(name, 64, optional: optional), At(name));

    public string At(string name) => Place.Length == 0 ? name : $"{Place}.{name}";

    private string? Named(string? text, string place)
    {
        if (text is null or { Length: > 0 } && text?.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') != false)
            return text;
        _faults.Add(place, "must be letters, digits, '-', '_' and '.'");
        return null;
    }

    private string? TextOf(JsonElement value, string place, int most, bool lines, bool raw = false)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            _faults.Add(place, "must be a text");
            return null;
        }
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            _faults.Add(place, "is no text: half a character"); // a lone surrogate, or octets that are no UTF-8
            return null;
        }
        if (text.Length > most)
            _faults.Add(place, string.Create(CultureInfo.InvariantCulture, $"is longer than {most} characters"));
        else if (!raw && text.Any(c => char.IsControl(c) && !(lines && c == '\n')))
            _faults.Add(place, "has a control character");
        else
            return text;
        return null;
    }

    private T? Missing<T>(string name, bool optional) where T : class
    {
        if (!optional)
            Wrong(name, "is missing");
        return null;
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Short(string name) => new([.. name.Take(40).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}

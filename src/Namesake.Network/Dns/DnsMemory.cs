namespace Namesake.Network.Dns;

/// <summary>A bounded memory in two generations: when the young one is half of the bound, it becomes the old one and what was not used since is forgotten.</summary>
/// <remarks>Constant time and no sweeping. Expiry is the caller's: a stale entry can still be of use when nobody answers.</remarks>
internal sealed class DnsMemory<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Lock _gate = new();
    private readonly int _generation = Math.Max(1, capacity / 2);
    private Dictionary<TKey, TValue> _young = [];
    private Dictionary<TKey, TValue> _old = [];

    public TValue? Find(TKey key)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(key, out var value))
                return value;
            if (!_old.Remove(key, out value))
                return null;
            Put_NeedsLock(key, value);
            return value;
        }
    }

    /// <summary>Replaces what is known unless <paramref name="keeps"/> says that the known value is better.</summary>
    public void Remember(TKey key, TValue value, Func<TValue, bool> keeps)
    {
        lock (_gate)
        {
            if ((_young.TryGetValue(key, out var known) || _old.TryGetValue(key, out known)) && keeps(known))
                return;
            _old.Remove(key);
            Put_NeedsLock(key, value);
        }
    }

    public void Forget(TKey key)
    {
        lock (_gate)
        {
            _young.Remove(key);
            _old.Remove(key);
        }
    }

    private void Put_NeedsLock(TKey key, TValue value)
    {
        if (_young.Count >= _generation && !_young.ContainsKey(key))
        {
            _old = _young;
            _young = [];
        }
        _young[key] = value;
    }
}

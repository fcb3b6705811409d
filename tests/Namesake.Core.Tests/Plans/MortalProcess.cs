namespace Namesake.Core.Tests.Plans;

/// <summary>The process a runner lives in: every call of a port goes through it, and it dies where the test says. From then on no call is made any more.</summary>
internal sealed class MortalProcess
{
    /// <summary>The number of the call, from 1, that is not made any more.</summary>
    public int DiesBefore { get; set; }

    /// <summary>The number of the call that is made, and whose answer nobody hears.</summary>
    public int DiesAfter { get; set; }

    public int Calls { get; private set; }

    public bool IsDead { get; private set; }

    public T Call<T>(Func<T> call)
    {
        if (IsDead || ++Calls == DiesBefore)
            throw Die();
        var result = call();
        return Calls == DiesAfter ? throw Die() : result;
    }

    private DiedException Die()
    {
        IsDead = true;
        return new DiedException();
    }
}

internal sealed class DiedException : Exception;

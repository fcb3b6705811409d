namespace Namesake.Storage.Writing;

/// <summary>Where a batch ends.</summary>
internal static class BatchLimits
{
    public const int Operations = 512;
    public const long Bytes = 4 * 1024 * 1024;
}

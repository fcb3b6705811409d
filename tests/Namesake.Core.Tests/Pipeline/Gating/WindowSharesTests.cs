using CsCheck;
using Namesake.Core.Brands;
using Namesake.Core.Pipeline.Gating;

namespace Namesake.Core.Tests.Pipeline.Gating;

public sealed class WindowSharesTests
{
    [Fact]
    public void One_brand_alone_never_fills_the_window_and_a_newcomer_finds_room()
    {
        var shares = new WindowShares(5_000, 1_000);
        Fill(shares, "big", 1);

        Assert.Equal(4_000, shares.Count);
        Assert.Equal(0, shares.RoomOf(new BrandId("big")));
        Assert.True(shares.RoomOf(new BrandId("small")) >= 10);
    }

    [Fact]
    public void Bytes_are_shared_as_places_are()
    {
        var shares = new WindowShares(5_000, 1_000);
        while (shares.HasBytesFor(new BrandId("big")))
            shares.Enter(new BrandId("big"), 100);

        Assert.True(shares.HasBytesFor(new BrandId("small")));
    }

    [Fact]
    public void A_window_of_one_takes_one()
    {
        var shares = new WindowShares(1, 1_000);
        Assert.Equal(1, shares.RoomOf(new BrandId("a")));
        shares.Enter(new BrandId("a"), 0);
        Assert.Equal(0, shares.RoomOf(new BrandId("b")));
    }

    [Fact]
    public void Taking_all_the_room_there_is_never_overfills_and_leaving_gives_it_back() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 5].Array[1, 40]).Sample((window, brands) =>
        {
            var shares = new WindowShares(window, 1_000);
            var inside = new List<BrandId>();
            foreach (var brand in brands.Select(number => new BrandId($"b{number}")))
            {
                for (var room = shares.RoomOf(brand); room > 0; room--)
                {
                    shares.Enter(brand, 3);
                    inside.Add(brand);
                }

                if (shares.Count > window)
                    return false;
            }

            inside.ForEach(brand => shares.Leave(brand, 3));
            return shares.Count == 0 && shares.HasBytesFor(new BrandId("b0"));
        });

    private static void Fill(WindowShares shares, string brand, int bytes)
    {
        while (shares.RoomOf(new BrandId(brand)) > 0)
            shares.Enter(new BrandId(brand), bytes);
    }
}

using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>Azure: a public IP at the IP configuration of each private address; a NAT gateway with one address where several share it.</summary>
internal sealed class AzurePlatform : IPlatform
{
    public string Word => "azure";

    public string Title => "Azure";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        var (apply, undo) = (new StringBuilder(Head), new StringBuilder(Head));
        foreach (var group in PublicGroup.Of(table))
        {
            if (group.KeepsItsOwn)
                apply.Append(CultureInfo.InvariantCulture, $"# {group.Public} leaves as itself: nothing to do\n");
            else if (group.Locals is [var local])
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"configuration=$(az network nic list --resource-group \"$GROUP\" --query \"[].ipConfigurations[?privateIPAddress=='{local}'].id | [] | [0]\" --output tsv)\n");
                apply.Append(where).Append(CultureInfo.InvariantCulture, $"az network nic ip-config update --ids \"$configuration\" --public-ip-address \"$(public {group.Public})\"\n");
                undo.Append(where).Append("az network nic ip-config update --ids \"$configuration\" --public-ip-address null\n");
            }
            else
            {
                apply.Append(CultureInfo.InvariantCulture, $"# {string.Join(", ", group.Locals)}: in a subnet of their own\naz network nat gateway create --resource-group \"$GROUP\" --name namesake-{group.Public} --public-ip-addresses \"$(public {group.Public})\"\n");
                apply.Append(CultureInfo.InvariantCulture, $"az network vnet subnet update --resource-group \"$GROUP\" --vnet-name \"$NETWORK\" --name \"$SUBNET\" --nat-gateway namesake-{group.Public}\n");
                undo.Append("az network vnet subnet update --resource-group \"$GROUP\" --vnet-name \"$NETWORK\" --name \"$SUBNET\" --remove natGateway\n");
                undo.Append(CultureInfo.InvariantCulture, $"az network nat gateway delete --resource-group \"$GROUP\" --name namesake-{group.Public}\n");
            }
        }

        return new(apply.ToString(), undo.ToString(), PlatformNotes.Of(table,
        [
            "One address for each host: a NAT gateway with several addresses takes any of them, and mail would leave now under one name's address, now under another's.",
            "A NAT gateway wins over the public IP of a host in its subnet: hosts with an address of their own must be in a subnet without one.",
            "A NAT gateway takes public IPs of the SKU Standard. A configuration that has a public IP already gets this one in its place; undo leaves it without.",
            "Translation here is for all traffic of the address, not for port 25 alone. Set GROUP, and NETWORK and SUBNET where several share an address.",
            "Port 25 to the Internet is closed for most subscriptions, and can't be opened for all of them: look before anything else (unverified for yours). PTR records are the public IP's reverseFqdn, after the A record is there.",
            "The commands are as in the documentation of the Azure CLI, and have not been run by us.",
        ]));
    }

    private const string Head = "#!/bin/sh\nset -eu\npublic() { az network public-ip list --resource-group \"$GROUP\" --query \"[?ipAddress=='$1'].id | [0]\" --output tsv; }\n";
}

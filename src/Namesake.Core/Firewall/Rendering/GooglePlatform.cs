using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>Google Cloud: an external address at each instance; Cloud NAT with one address where several share it.</summary>
internal sealed class GooglePlatform : IPlatform
{
    public string Word => "gcp";

    public string Title => "Google Cloud";

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
                apply.Append(CultureInfo.InvariantCulture, $"gcloud compute instances add-access-config \"$(instance {local})\" --zone \"$ZONE\" --access-config-name namesake --address {group.Public}\n");
                undo.Append(CultureInfo.InvariantCulture, $"gcloud compute instances delete-access-config \"$(instance {local})\" --zone \"$ZONE\" --access-config-name namesake\n");
            }
            else
            {
                var name = $"namesake-{group.Public.ToString().Replace('.', '-')}";
                apply.Append(CultureInfo.InvariantCulture, $"# {string.Join(", ", group.Locals)}: in a subnet of their own, without external addresses\n");
                apply.Append(CultureInfo.InvariantCulture, $"gcloud compute routers nats create {name} --router \"$ROUTER\" --region \"$REGION\" --nat-custom-subnet-ip-ranges \"$SUBNET\" \\\n    --nat-external-ip-pool \"$(gcloud compute addresses list --filter 'address={group.Public}' --format 'value(name)')\"\n");
                undo.Append(CultureInfo.InvariantCulture, $"gcloud compute routers nats delete {name} --router \"$ROUTER\" --region \"$REGION\" --quiet\n");
            }
        }

        return new(apply.ToString(), undo.ToString(), PlatformNotes.Of(table,
        [
            "Port 25 to the Internet is closed by default, and for most projects can't be opened: look before anything else (unverified for yours). A relay elsewhere is then the only way.",
            "One address for each host: Cloud NAT with several addresses takes any of them, and mail would leave now under one name's address, now under another's.",
            "Cloud NAT is not used by an instance with an external address. An instance has one external address for its primary internal address of an interface, none for alias ranges: one that it has already must be taken away first (delete-access-config, mostly named external-nat), and undo doesn't bring it back.",
            "Translation here is for all traffic of the address, not for port 25 alone. Set ZONE, and ROUTER, REGION and SUBNET where several share an address.",
            "PTR records are set at the access config (--public-ptr --public-ptr-domain), after the domain is proven to be yours. The commands are as in the documentation of gcloud, and have not been run by us.",
        ]));
    }

    private const string Head = "#!/bin/sh\nset -eu\ninstance() { gcloud compute instances list --filter \"networkInterfaces[].networkIP=$1\" --format 'value(name)'; }\n";
}

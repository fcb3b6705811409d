using System.Globalization;
using System.Text;

namespace Namesake.Core.Firewall.Rendering;

/// <summary>AWS: an Elastic IP address for each private one; a NAT gateway with one address where several share it.</summary>
internal sealed class AwsPlatform : IPlatform
{
    public string Word => "aws";

    public string Title => "AWS";

    public string Comment => "#";

    public RenderedText Render(TranslationTable table)
    {
        var (apply, undo) = (new StringBuilder("#!/bin/sh\nset -eu\n"), new StringBuilder("#!/bin/sh\nset -eu\n"));
        foreach (var group in PublicGroup.Of(table))
        {
            var allocation = $"\"$(aws ec2 describe-addresses --public-ips {group.Public} --query 'Addresses[0].AllocationId' --output text)\"";
            if (group.KeepsItsOwn)
                apply.Append(CultureInfo.InvariantCulture, $"# {group.Public} leaves as itself: nothing to do\n");
            else if (group.Locals is [var local])
            {
                apply.Append(CultureInfo.InvariantCulture, $"aws ec2 associate-address --no-allow-reassociation --private-ip-address {local} \\\n    --allocation-id {allocation} \\\n    --network-interface-id \"$(aws ec2 describe-network-interfaces --filters Name=addresses.private-ip-address,Values={local} \"Name=vpc-id,Values=$VPC\" --query 'NetworkInterfaces[0].NetworkInterfaceId' --output text)\"\n");
                undo.Append(CultureInfo.InvariantCulture, $"aws ec2 disassociate-address --association-id \"$(aws ec2 describe-addresses --public-ips {group.Public} --query 'Addresses[0].AssociationId' --output text)\"\n");
            }
            else
            {
                apply.Append(CultureInfo.InvariantCulture, $"# {string.Join(", ", group.Locals)}: in private subnets whose route table leads 0.0.0.0/0 to this gateway and to no other\n");
                apply.Append(CultureInfo.InvariantCulture, $"gateway=$(aws ec2 create-nat-gateway --subnet-id \"$PUBLIC_SUBNET\" --allocation-id {allocation} \\\n    --tag-specifications 'ResourceType=natgateway,Tags=[{{Key=Name,Value=namesake-{group.Public}}}]' --query 'NatGateway.NatGatewayId' --output text)\n");
                apply.Append("aws ec2 wait nat-gateway-available --nat-gateway-ids \"$gateway\"\naws ec2 create-route --route-table-id \"$PRIVATE_ROUTE_TABLE\" --destination-cidr-block 0.0.0.0/0 --nat-gateway-id \"$gateway\"\n");
                undo.Append("aws ec2 delete-route --route-table-id \"$PRIVATE_ROUTE_TABLE\" --destination-cidr-block 0.0.0.0/0\n");
                undo.Append(CultureInfo.InvariantCulture, $"aws ec2 delete-nat-gateway --nat-gateway-id \"$(aws ec2 describe-nat-gateways --filter Name=tag:Name,Values=namesake-{group.Public} Name=state,Values=available --query 'NatGateways[0].NatGatewayId' --output text)\"\n");
            }
        }

        return new(apply.ToString(), undo.ToString(), PlatformNotes.Of(table,
        [
            "One address for each host: a NAT gateway with several addresses takes any of them, and mail would leave now under one name's address, now under another's. So a gateway here has one address, and hosts that need their own have an Elastic IP.",
            "Translation here is for all traffic of the address, not for port 25 alone: AWS knows no rule by port. A host with an Elastic IP must be in a subnet that leads to an internet gateway.",
            "Set VPC (networks may use the same private addresses), and PUBLIC_SUBNET and PRIVATE_ROUTE_TABLE where several share an address, one route table for each of them. A table that has a route for 0.0.0.0/0 already is refused: take that route out first, and put it back when you undo.",
            "A public address that AWS gave a host by itself is gone for good once the host has an Elastic IP; undo doesn't bring it back.",
            "Port 25 is closed by default, and PTR records are set with the address (modify-address-attribute), after the A record is there; the request to open the port is made apart from it (unverified which form it has now).",
            "Where the table names a host that has its address itself, nothing is done.",
        ]));
    }
}

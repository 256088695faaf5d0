import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { readNetworks } from "./read-networks.ts";

/** What a configuration allows requests to reach beside the public internet. */
export interface AllowedNetworks {
  /** Whether a URL's host and port are named, whatever address they lead to; an IPv6 host is in brackets. */
  hasHost(host: string, port: number): boolean;
  /** Whether an address is in one of the networks. A metadata service never is. */
  hasAddress(address: string): boolean;
}

/** Whoever reads these has the credentials of the machine; a network that is wide enough must not bring them along. */
const metadataServices = ["169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23"];

/** What a list of networks and hosts allows. Throws as `readNetworks` does. */
export function parseAllowedNetworks(text: string): AllowedNetworks {
  const { hosts, networks } = readNetworks(text);
  const ranges = networks.map(({ address, bits }) => ({ base: ipaddr.parse(address), bits }));
  return {
    hasHost: (host, port) => hosts.has(`${host.toLowerCase()}:${port}`),
    hasAddress: (address) => {
      if (isIP(address) === 0) return false;
      // An IPv4 address that is written as an IPv6 one is the same address.
      const parsed = ipaddr.process(address);
      if (metadataServices.some((service) => ipaddr.parse(service).toString() === parsed.toString())) return false;
      return ranges.some(({ base, bits }) => parsed.kind() === base.kind() && parsed.match([base, bits]));
    },
  };
}

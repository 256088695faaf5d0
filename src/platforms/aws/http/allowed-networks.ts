import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { RefluxoError } from "../../../engine/index.ts";

/** What a configuration allows requests to reach beside the public internet. */
export interface AllowedNetworks {
  /** Whether a URL's host and port are named, whatever address they lead to; an IPv6 host is in brackets. */
  hasHost(host: string, port: number): boolean;
  /** Whether an address is in one of the networks. A metadata service never is. */
  hasAddress(address: string): boolean;
}

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Whoever reads these has the credentials of the machine; a network that is wide enough must not bring them along. */
const metadataServices = ["169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23"];

/**
 * Reads networks (`10.1.0.0/16`, `fd12::/64`, one address) and hosts with a port (`orders.internal:8080`), with commas
 * between them. Throws `http.networks-invalid`, which names the entry that is neither.
 */
export function parseAllowedNetworks(text: string): AllowedNetworks {
  const hosts = new Set<string>();
  const networks: Network[] = [];
  for (const entry of text.split(",").map((item) => item.trim().toLowerCase())) {
    if (entry === "") continue;
    const network = readNetwork(entry);
    if (network !== undefined) networks.push(network);
    else hosts.add(readHost(entry));
  }
  return {
    hasHost: (host, port) => hosts.has(`${host.toLowerCase()}:${port}`),
    hasAddress: (address) => {
      if (isIP(address) === 0) return false;
      // An IPv4 address that is written as an IPv6 one is the same address.
      const parsed = ipaddr.process(address);
      if (metadataServices.some((service) => ipaddr.parse(service).toString() === parsed.toString())) return false;
      return networks.some(([base, bits]) => parsed.kind() === base.kind() && parsed.match([base, bits]));
    },
  };
}

function readNetwork(entry: string): Network | undefined {
  const [address = "", length, ...others] = entry.split("/");
  const kind = isIP(address);
  if (kind === 0) return undefined;
  const longest = kind === 4 ? 32 : 128;
  const bits = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (!(bits <= longest) || others.length > 0) throw invalid(entry);
  return [ipaddr.parse(address), bits];
}

function readHost(entry: string): string {
  const [, host = "", port = ""] = /^([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]):(\d{1,5})$/.exec(entry) ?? [];
  if (host === "" || Number(port) < 1 || Number(port) > 65_535) throw invalid(entry);
  return `${host}:${Number(port)}`;
}

function invalid(entry: string): RefluxoError {
  return new RefluxoError(
    "http.networks-invalid",
    `HTTP_ALLOWED_NETWORKS: ${JSON.stringify(entry)} is neither a network (10.1.0.0/16) nor a host with a port (orders.internal:8080)`,
  );
}

import { isIP } from "node:net";
import { RefluxoError } from "../../../engine/index.ts";

/** A network by its first address, of which so many bits count. */
interface Network {
  readonly address: string;
  readonly bits: number;
}

/** Networks and hosts with a port, as they were written. */
export interface NetworkList {
  /** `orders.internal:8080`, in lower case. */
  readonly hosts: ReadonlySet<string>;
  readonly networks: readonly Network[];
}

/**
 * Reads networks (`10.1.0.0/16`, `fd12::/64`, one address) and hosts with a port (`orders.internal:8080`), with commas
 * between them. Throws `http.networks-invalid`, which names the entry that is neither.
 */
export function readNetworks(text: string): NetworkList {
  const hosts = new Set<string>();
  const networks: Network[] = [];
  for (const entry of text.split(",").map((item) => item.trim().toLowerCase())) {
    if (entry === "") continue;
    const network = readNetwork(entry);
    if (network !== undefined) networks.push(network);
    else hosts.add(readHost(entry));
  }
  return { hosts, networks };
}

function readNetwork(entry: string): Network | undefined {
  const [address = "", length, ...others] = entry.split("/");
  const kind = isIP(address);
  if (kind === 0) return undefined;
  const longest = kind === 4 ? 32 : 128;
  const bits = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (!(bits <= longest) || others.length > 0) throw invalid(entry);
  return { address, bits };
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

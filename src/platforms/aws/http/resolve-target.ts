import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { RefluxoError } from "../../../engine/index.ts";
import type { AllowedNetworks } from "./allowed-networks.ts";
import { isGlobalAddress } from "./is-global-address.ts";

/** An address that a name leads to. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

/** Finds the addresses of a name; rejects as `dns.lookup` does. */
export type Resolve = (hostname: string) => Promise<readonly Address[]>;

/** All addresses that the machine's own resolver gives. */
export const systemResolve: Resolve = (hostname) => lookup(hostname, { all: true });

/**
 * The addresses that a URL's host leads to, each of them allowed: the connection must go to one of these, and must not
 * ask again (DNS rebinding). Throws a terminal `http.address-refused` when one of them is neither public nor allowed, without
 * naming it, and what the resolver throws.
 */
export async function resolveTarget(
  { hostname, port, protocol }: URL,
  allowed: AllowedNetworks,
  resolve: Resolve,
): Promise<readonly Address[]> {
  const literal = hostname.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(literal);
  const addresses = family === 0 ? await resolve(hostname) : [{ address: literal, family }];
  if (addresses.length === 0) throw new Error(`The name ${hostname} has no address`);
  const portNumber = Number(port === "" ? (protocol === "https:" ? 443 : 80) : port);
  if (allowed.hasHost(hostname, portNumber)) return addresses;
  if (addresses.every(({ address }) => isGlobalAddress(address) || allowed.hasAddress(address))) return addresses;
  throw new RefluxoError(
    "http.address-refused",
    `${hostname}:${portNumber} leads to an address that is not public and not allowed (HTTP_ALLOWED_NETWORKS)`,
  );
}

import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Global unicast IPv6 (RFC 4291, 2.4); what lies outside is special, or not given out. */
const globalV6 = "2000::/3";

/**
 * Whether an IP address is one of the public internet: not private, loopback, link-local (so no metadata service),
 * shared, multicast, reserved or documentation, and no IPv6 form that has an IPv4 address in it (mapped, NAT64, 6to4,
 * Teredo), as whoever translates it may lead anywhere. Text that is no IP address is not.
 */
export function isGlobalAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(ipaddr.parseCIDR(globalV6));
}

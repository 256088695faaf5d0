import { describe, expect, test } from "vitest";
import { parseAllowedNetworks } from "../../../../src/platforms/aws/http/allowed-networks.ts";
import { createClient, get, rejectionOf, startServer } from "./http-world.ts";

describe("the allowed networks", () => {
  test("are none when nothing is said", () => {
    for (const text of ["", " ", ",", " , "]) {
      const allowed = parseAllowedNetworks(text);
      expect(allowed.hasAddress("10.0.0.1")).toBe(false);
      expect(allowed.hasHost("localhost", 80)).toBe(false);
    }
  });

  test("have the addresses within them, of IPv4 in its IPv6 spelling too, and no others", () => {
    const allowed = parseAllowedNetworks("10.1.0.0/16, fd12::/64,192.168.1.7");
    for (const address of ["10.1.255.255", "fd12::1", "192.168.1.7", "::ffff:10.1.0.1"]) {
      expect(allowed.hasAddress(address), address).toBe(true);
    }
    for (const address of ["10.2.0.0", "fd12:0:0:1::1", "192.168.1.8", "not an address", "10.1"]) {
      expect(allowed.hasAddress(address), address).toBe(false);
    }
  });

  test("never have a metadata service, however wide they are", () => {
    const allowed = parseAllowedNetworks("0.0.0.0/0,::/0");
    expect(allowed.hasAddress("127.0.0.1")).toBe(true);
    for (const address of ["169.254.169.254", "::ffff:169.254.169.254", "169.254.170.2", "fd00:ec2::254"]) {
      expect(allowed.hasAddress(address), address).toBe(false);
    }
  });

  test("have a host with its port alone", async () => {
    const [named, other] = [await startServer(), await startServer()];
    const { client } = createClient(`Orders.Internal:${named.port}`, {
      "orders.internal": ["127.0.0.1"],
      "a.internal": ["127.0.0.1"],
    });
    expect((await client.send(get(`http://orders.internal:${named.port}/`))).status).toBe(200);
    for (const url of [
      `http://orders.internal:${other.port}/`,
      `http://a.internal:${named.port}/`,
      `http://127.0.0.1:${named.port}/`,
    ]) {
      expect(await rejectionOf(client.send(get(url)))).toMatchObject({ code: "http.address-refused" });
    }
    expect(other.requests).toEqual([]);
  });

  test("may name an IPv6 host in brackets, and the port that a scheme has by itself", () => {
    const allowed = parseAllowedNetworks("[::1]:8080,orders.internal:443");
    expect(allowed.hasHost("[::1]", 8080)).toBe(true);
    expect(allowed.hasHost("orders.internal", 443)).toBe(true);
  });

  test.each([
    "orders.internal",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0/8",
    "fd12::/129",
    "a:0",
    "a:65536",
    "a b:80",
    "http://a:80",
    "010.0.0.0/8",
  ])("refuse %j, which is neither", (entry) => {
    expect(() => parseAllowedNetworks(`10.0.0.0/8,${entry}`)).toThrow(
      expect.objectContaining({
        code: "http.networks-invalid",
        message: expect.stringContaining(JSON.stringify(entry)),
      }),
    );
  });
});

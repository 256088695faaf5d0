import { describe, expect, test } from "vitest";
import { isGlobalAddress } from "../../../../src/platforms/aws/http/is-global-address.ts";
import { createClient, get, rejectionOf, startServer } from "./http-world.ts";

/** Hosts that all lead to 127.0.0.1, ::1 or this machine, each with the port of a server that really listens there. */
const loopbackHosts = [
  "127.0.0.1",
  "127.0.0.1.",
  "127.0.0.2",
  "127.1",
  "127.0.1",
  "2130706433",
  "0x7f000001",
  "0x7f.0.0.1",
  "0x7f.1",
  "0177.0.0.1",
  "0177.0.0.01",
  "017700000001",
  "0x7F.0x0.0x0.0x1",
  "127.000.000.001",
  "0",
  "0.0.0.0",
  "0x0",
  "00000000",
  "%31%32%37.0.0.1",
  "127。0。0。1",
  "①②⑦.⓪.⓪.①",
  "127.0.0.1",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[0000:0000:0000:0000:0000:0000:0000:0001]",
  "[::]",
  "[::127.0.0.1]",
  "[::7f00:1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[0:0:0:0:0:ffff:127.0.0.1]",
  "[::FFFF:0x7f00:1]".replace("0x", ""),
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b::7f00:1]",
  "[64:ff9b:1::127.0.0.1]",
  "[2002:7f00:1::]",
  "[2001:0:7f00:1::]",
];

/** Addresses that are no public ones, whatever listens there. */
const privateHosts = [
  "169.254.169.254",
  "2852039166",
  "0xa9fea9fe",
  "0251.0376.0251.0376",
  "169.254.43518",
  "[::ffff:169.254.169.254]",
  "[::ffff:a9fe:a9fe]",
  "[64:ff9b::a9fe:a9fe]",
  "[2002:a9fe:a9fe::]",
  "[fd00:ec2::254]",
  "[fd00:ec2::23]",
  "169.254.170.2",
  "169.254.0.1",
  "10.0.0.1",
  "10.255.255.255",
  "012.0.0.1",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.1.1",
  "0xc0a80101",
  "100.64.0.1",
  "100.127.255.255",
  "100.100.100.200",
  "192.0.0.1",
  "192.0.2.1",
  "192.88.99.1",
  "198.18.0.1",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "[fe80::1]",
  "[febf::1]",
  "[fec0::1]",
  "[fc00::1]",
  "[fdff::1]",
  "[ff02::1]",
  "[2001:db8::1]",
  "[3fff::1]",
  "[100::1]",
  "[5f00::1]",
  "[4000::1]",
  "[::ffff:10.0.0.1]",
  "[2002:a00:1::]",
];

describe("an address that is not public is refused before anything is sent", () => {
  test.each(loopbackHosts)("%s, where a server listens", async (host) => {
    const servers = [await startServer(), await startServer(undefined, { host: "::1" })];
    const { client, resolver } = createClient();
    for (const { port, requests } of servers) {
      for (const scheme of ["http", "https"]) {
        const error = await rejectionOf(client.send(get(`${scheme}://${host}:${port}/secret?token=t`)));
        expect(error).toMatchObject({ code: "http.address-refused", isRetryable: false });
        expect(String(error)).not.toContain("token");
      }
      expect(requests).toEqual([]);
    }
    expect(resolver.asked).toEqual([]);
  });

  test.each(privateHosts)("%s", async (host) => {
    const error = await rejectionOf(createClient().client.send(get(`http://${host}/latest/meta-data/`)));
    expect(error).toMatchObject({ code: "http.address-refused", isRetryable: false });
  });

  test.each([
    [["127.0.0.1"]],
    [["::1"]],
    [["::ffff:127.0.0.1"]],
    [["169.254.169.254"]],
    [["fd00:ec2::254"]],
    [["fe80::1%lo"]],
    [["8.8.8.8", "127.0.0.1"]],
    [["127.0.0.1", "8.8.8.8"]],
    [["2606:4700::1111", "::1"]],
    [["0177.0.0.1"]],
    [["not an address"]],
  ])("a name that leads to %j", async (addresses) => {
    const { port, requests } = await startServer();
    const { client } = createClient("", { "innocent.example": addresses });
    const error = await rejectionOf(client.send(get(`http://innocent.example:${port}/`)));
    expect(error).toMatchObject({ code: "http.address-refused", isRetryable: false });
    // Where an inside name leads is nobody's business outside.
    for (const address of addresses) expect(String(error)).not.toContain(address);
    expect(requests).toEqual([]);
  });

  test.each(["localhost", "LOCALHOST", "localhost.", "foo.localhost"])("%s", async (host) => {
    const { port, requests } = await startServer();
    const { client } = createClient("", {
      localhost: ["127.0.0.1"],
      "localhost.": ["127.0.0.1"],
      "foo.localhost": ["::1"],
    });
    const error = await rejectionOf(client.send(get(`http://${host}:${port}/`)));
    expect(error).toMatchObject({ code: "http.address-refused" });
    expect(requests).toEqual([]);
  });

  test("a redirect to one, by whatever spelling", async () => {
    const inside = await startServer();
    for (const target of ["127.0.0.1", "2130706433", "[::1]", "rebound.example", "0.0.0.0"]) {
      const outside = await startServer((response) =>
        response.writeHead(302, { location: `http://${target}:${inside.port}/` }).end(),
      );
      const { client } = createClient(`outside.example:${outside.port}`, {
        "outside.example": ["127.0.0.1"],
        "rebound.example": ["127.0.0.1"],
      });
      const error = await rejectionOf(client.send(get(`http://outside.example:${outside.port}/`)));
      expect(error).toMatchObject({ code: "http.address-refused", isRetryable: false });
      expect(outside.requests).toHaveLength(1);
    }
    expect(inside.requests).toEqual([]);
  });

  test("a name that is rebound between the check and the connection: it is asked for once, and that answer is used", async () => {
    const first = await startServer((response) => response.end("the checked one"), { host: "127.0.0.2" });
    const { client, resolver } = createClient("127.0.0.2", {
      "rebinding.example": (count) => (count === 1 ? ["127.0.0.2"] : ["127.0.0.1"]),
    });
    const url = `http://rebinding.example:${first.port}/`;
    expect(new TextDecoder().decode((await client.send(get(url))).body)).toBe("the checked one");
    expect(resolver.asked).toEqual(["rebinding.example"]);
    expect(first.requests[0]?.headers.host).toBe(`rebinding.example:${first.port}`);
    expect(await rejectionOf(client.send(get(url)))).toMatchObject({ code: "http.address-refused" });
  });

  test("a name that is rebound before a redirect to itself", async () => {
    const server = await startServer((response) => response.writeHead(307, { location: "/again" }).end(), {
      host: "127.0.0.2",
    });
    const { client } = createClient("127.0.0.2", {
      "rebinding.example": (count) => (count === 1 ? ["127.0.0.2"] : ["127.0.0.1"]),
    });
    const error = await rejectionOf(client.send(get(`http://rebinding.example:${server.port}/`)));
    expect(error).toMatchObject({ code: "http.address-refused" });
    expect(server.requests).toHaveLength(1);
  });
});

describe("public addresses", () => {
  test.each([
    "8.8.8.8",
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
  ])("%s is one", (address) => expect(isGlobalAddress(address)).toBe(true));

  test.each(["", "8.8.8", "010.8.8.8", "8.8.8.8 ", "8.8.8.8/32", "::g", "example.com"])("%j is no address", (text) =>
    expect(isGlobalAddress(text)).toBe(false),
  );
});

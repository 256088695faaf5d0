import { expect, test } from "vitest";
import { pauseLink } from "../../../../src/platforms/local/cli/pause-link.ts";

const key = { id: "k1", secret: "a secret of the test" };
const keys = { current: async () => key, find: async () => key };

test("the link is that of the pause, once the workflow waits", async () => {
  const states = [
    { status: "active", version: 2 },
    { status: "paused", version: 3 },
  ];
  const get = async () => states.shift() ?? { status: "completed", version: 4 };
  expect(await pauseLink("w", { get }, keys, "http://127.0.0.1:3000")).toMatch(
    /^http:\/\/127\.0\.0\.1:3000\/resume\/w\/3\.k1\.[\w-]{43}$/,
  );
});

import { setTimeout as delay } from "node:timers/promises";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, it, vi } from "vitest";
import type { Emulators } from "../../../../src/platforms/local/emulators/start-emulators.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startPoller } from "./poller-under-test.ts";

it("a stop ends a waiting poll at once, waits for the batch that runs, and leaves later messages visible", async () => {
  let finish: () => void = () => undefined;
  const invoke = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
    });
  const { mapping, send, counts, sqs, QueueUrl } = await startPoller({
    before: ["a"],
    invoke,
    stateFolder: temporaryFolder(),
  });
  await vi.waitFor(async () => expect(await counts()).toEqual([0, 1, 0]));
  let isStopped = false;
  const stopping = mapping.stop().then(() => {
    isStopped = true;
  });
  await send("late");
  await delay(100);
  expect(isStopped).toBe(false);
  finish();
  await stopping;
  expect(await counts()).toEqual([1, 0, 0]);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages?.[0]?.Body).toBe("late");
});

it("a message received while stopping is given back at once and not started", async () => {
  const invoke = vi.fn(async () => undefined);
  let isSent = false;
  const onStop = ({ sqsAndS3 }: Emulators) => {
    // The poll that waits answers with this message.
    if (!isSent) sqsAndS3.enqueue("steps", "late");
    isSent = true;
    sqsAndS3.endLongPolls();
  };
  const { mapping, counts } = await startPoller({ invoke, onStop });
  await delay(50);
  await mapping.stop();
  expect(invoke).not.toHaveBeenCalled();
  expect(await counts()).toEqual([1, 0, 0]);
});

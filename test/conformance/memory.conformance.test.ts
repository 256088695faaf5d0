import {
  MemoryBlobStore,
  MemoryEventPublisher,
  MemoryMessageSender,
  MemoryStepQueue,
  MemoryWorkflowStore,
  SimulatedClock,
} from "../../src/platforms/memory/index.ts";
import { describeBlobEraser } from "./blob-eraser.suite.ts";
import { describeBlobStore } from "./blob-store.suite.ts";
import { describeChildRecords } from "./child-records.suite.ts";
import { describeEventPublisher } from "./event-publisher.suite.ts";
import { describeMessageSender } from "./message-sender.suite.ts";
import { describeStepQueue, type StepQueueUnderTest } from "./step-queue.suite.ts";
import { describeWorkflowRecords } from "./workflow-records.suite.ts";
import { describeWorkflowStore } from "./workflow-store.suite.ts";

const close = async () => undefined;

describeWorkflowStore("the memory platform", async () => ({ store: new MemoryWorkflowStore(), close }));

describeStepQueue("the memory platform", async () => openQueue());

describeEventPublisher("the memory platform", async () => {
  const publisher = new MemoryEventPublisher();
  return { publisher, received: () => publisher.events, close };
});

describeMessageSender("the memory platform", async () => {
  const sender = new MemoryMessageSender(["orders", "orders.fifo"]);
  let taken = 0;
  const receive = async () => {
    const received = sender.messages.slice(taken);
    taken = sender.messages.length;
    return received.map(({ messageId, body, attributes }) => ({ messageId, body, attributes }));
  };
  return { sender, receive, refused: [], close };
});

describeBlobStore("the memory platform", async () => ({ blobs: new MemoryBlobStore(), bucket: "payloads", close }));

describeWorkflowRecords("the memory platform", async () => {
  const store = new MemoryWorkflowStore();
  return { store, children: store.children, reader: store, eraser: store, live: store, close };
});

describeBlobEraser("the memory platform", async () => {
  const blobs = new MemoryBlobStore();
  return { blobs, eraser: blobs, bucket: "payloads", close };
});

describeChildRecords("the memory platform", async () => ({ records: new MemoryWorkflowStore().children, close }));

/** A memory queue whose consumer waits by moving the simulated clock. */
function openQueue(): StepQueueUnderTest {
  const clock = new SimulatedClock();
  const queue = new MemoryStepQueue(clock);
  return {
    queue,
    receive: async (waitSeconds) => {
      const received = queue.receive();
      if (received.length > 0) return received;
      clock.advance(waitSeconds * 1000);
      return queue.receive();
    },
    delete: async (receiptHandle) => queue.delete(receiptHandle),
    deadLetters: async () => queue.deadLetters,
    close,
  };
}

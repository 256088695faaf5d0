export { MemoryBlobStore } from "./memory-blob-store.ts";
export { MemoryEventPublisher } from "./memory-event-publisher.ts";
export { type MadeAnswer, MemoryHttpClient } from "./memory-http-client.ts";
export { MemoryMessageSender } from "./memory-message-sender.ts";
export { MemorySecretSource } from "./memory-secret-source.ts";
export { MemoryStepQueue, type ReceivedMessage } from "./memory-step-queue.ts";
export { MemoryTelemetry } from "./memory-telemetry.ts";
export { MemoryWorkflowStore } from "./memory-workflow-store.ts";
export { SimulatedClock } from "./simulated-clock.ts";

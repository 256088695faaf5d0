export { type Guard, guardPort } from "./guard-port.ts";
export { MemoryBlobStore } from "./memory-blob-store.ts";
export { type LogLine, MemoryLogger } from "./memory-logger.ts";
export { MemorySecretSource } from "./memory-secret-source.ts";
export { MemoryStepQueue, type ReceivedMessage } from "./memory-step-queue.ts";
export { MemoryTelemetry } from "./memory-telemetry.ts";
export { MemoryWorkflowStore } from "./memory-workflow-store.ts";
export { parseReceived } from "./parse-received.ts";
export { SimulatedClock } from "./simulated-clock.ts";

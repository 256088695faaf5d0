export { MemoryBlobStore } from "./memory-blob-store.ts";
export { MemorySecretSource } from "./memory-secret-source.ts";
export { MemoryStepQueue, type ReceivedMessage } from "./memory-step-queue.ts";
export { MemoryTelemetry } from "./memory-telemetry.ts";
export { MemoryWorkflowStore } from "./memory-workflow-store.ts";
export { SeededRandom } from "./seeded-random.ts";
export { SimulatedClock } from "./simulated-clock.ts";

import { groupOf } from "../../src/contracts/lane-groups.ts";
import type { BlobStore } from "../../src/ports/blob-store.ts";
import type { ChildRecords, PauseKey } from "../../src/ports/child-records.ts";
import type { StepQueue } from "../../src/ports/step-queue.ts";
import type { StoredVersion, StoredWorkflow, WorkflowStore } from "../../src/ports/workflow-store.ts";
import type { Container } from "./container.ts";
import { injectedError } from "./gate.ts";
import type { World } from "./world.ts";

const noNote = () => "";

/** The store as one container sees it: every call stops at the gate, and the ledger sees what was applied. */
export function guardedStore(world: World, container: Container): WorkflowStore {
  const { store, ledger, past } = world;
  return {
    glance: (workflowId) => container.pass("store.glance", () => workflowId, { make: () => past.glance(workflowId) }),
    glanceFrom: (workflowId, version) =>
      container.pass("store.glanceFrom", () => `${workflowId} from ${version}`, {
        make: () => past.glanceFrom(workflowId, version),
      }),
    load: (workflowId) =>
      container.pass("store.load", () => workflowId, { make: () => store.load(workflowId), tear: tearLoad }),
    loadFrom: (workflowId, version, limit) =>
      container.pass("store.loadFrom", () => `${workflowId} from ${version}`, {
        make: () => store.loadFrom(workflowId, version, limit),
        tear: tearVersions,
      }),
    createStart: (start) =>
      container.pass("store.createStart", () => start.workflowId, {
        make: async () => {
          const result = await store.createStart(start);
          if (result.isNew) ledger.started(start);
          await past.note(start.workflowId);
          return result;
        },
      }),
    writeHead: (head) =>
      container.pass("store.writeHead", () => `${head.workflowId}#${head.version} ${head.status}`, {
        make: async () => {
          const isWritten = await store.writeHead(head);
          if (isWritten) ledger.headWritten(head);
          await past.note(head.workflowId);
          return isWritten;
        },
      }),
    claim: (key, claim) =>
      container.pass("store.claim", () => `${key.workflowId}#${key.version}`, {
        make: async () => {
          const result = await store.claim(key, claim);
          if (result.type === "claimed") ledger.claimed(container, key, result.claim);
          else ledger.refused(key, claim.token, result.stored);
          await past.note(key.workflowId);
          return result;
        },
      }),
    commit: (key, commit) =>
      container.pass("store.commit", () => `${key.workflowId}#${key.version} by ${commit.owner}`, {
        make: async () => {
          const result = await store.commit(key, commit);
          if (result.type === "committed") ledger.committed(container, key, commit);
          else ledger.refused(key, commit.token, result.stored);
          await past.note(key.workflowId);
          return result;
        },
      }),
    release: (key, release) =>
      container.pass(
        "store.release",
        () => `${key.workflowId}#${key.version}${release.isSpent ? "" : ", given back"}`,
        {
          make: async () => {
            await store.release(key, release);
            ledger.released(key, release);
            await past.note(key.workflowId);
          },
        },
      ),
    moveCheck: (workflowId, move) =>
      container.pass(
        "store.moveCheck",
        () => `${workflowId} ${move.type === "away" ? "away" : `to ${world.since(move.checkAt)}`}`,
        {
          make: async () => {
            const isMoved = await store.moveCheck(workflowId, move);
            if (isMoved) ledger.checkMoved(workflowId, move.type === "away" ? undefined : move.checkAt);
            await past.note(workflowId);
            return isMoved;
          },
        },
      ),
    listDue: (now, limit) => container.pass("store.listDue", noNote, { make: () => store.listDue(now, limit) }),
    putDefinition: (hash, json) =>
      container.pass("store.putDefinition", noNote, { make: () => store.putDefinition(hash, json) }),
    getDefinition: (hash) => container.pass("store.getDefinition", noNote, { make: () => store.getDefinition(hash) }),
  };
}

/** A Query isolates items, not its whole answer: what it read first may be older than what it read last. */
function tearLoad(older: StoredWorkflow | undefined, newer: StoredWorkflow | undefined): StoredWorkflow | undefined {
  if (older === undefined || newer === undefined) return newer;
  const { start, head } = older;
  return { start, versions: tearVersions(older.versions, newer.versions), ...(head && { head }) };
}

function tearVersions(older: readonly StoredVersion[], newer: readonly StoredVersion[]): readonly StoredVersion[] {
  const [last] = newer.slice(Math.ceil(newer.length / 2));
  if (last === undefined) return newer;
  const isFirst = ({ version }: StoredVersion) => version < last.version;
  return [...older.filter(isFirst), ...newer.filter((stored) => !isFirst(stored))];
}

/** What is kept of children, as one container sees it. */
export function guardedChildren({ children, ledger }: World, container: Container): ChildRecords {
  const nameOf = ({ workflowId, version }: PauseKey, part: number) => `${workflowId}#${version}/${part}`;
  return {
    putResult: (pause, lane, stored, purgeAt) =>
      container.pass("children.putResult", () => nameOf(pause, stored.index), {
        make: async () => {
          const held = await children.putResult(pause, lane, stored, purgeAt);
          ledger.children.recorded(pause, lane, stored, held);
          return held;
        },
      }),
    lastResult: (pause, lane) =>
      container.pass("children.lastResult", () => nameOf(pause, lane), {
        make: () => children.lastResult(pause, lane),
      }),
    readResults: (pause, lane, from, limit) =>
      container.pass("children.readResults", () => nameOf(pause, lane), {
        make: () => children.readResults(pause, lane, from, limit),
      }),
    putLane: (pause, state, purgeAt) =>
      container.pass("children.putLane", () => nameOf(pause, state.lane), {
        make: async () => {
          await children.putLane(pause, state, purgeAt);
          ledger.children.laneKept(pause, await children.readLanes(pause, groupOf(state.lane)));
        },
      }),
    readLanes: (pause, group) =>
      container.pass("children.readLanes", () => nameOf(pause, group), {
        make: () => children.readLanes(pause, group),
      }),
  };
}

/** The payload bucket as one container sees it. */
export function guardedBlobs(world: World, container: Container): BlobStore {
  const { blobs, ledger } = world;
  return {
    read: (name, range) => {
      const make = () => blobs.read(name, range);
      if (name.key.startsWith("incoming/")) return container.pass("incoming.read", () => name.key, { make });
      const damaged = async () => {
        ledger.misread(name.key);
        const bytes = new TextEncoder().encode('{"damaged":true}');
        return { bytes, totalBytes: bytes.byteLength };
      };
      const missing = async () => {
        ledger.misread(name.key);
        return undefined;
      };
      const variants = { missing, damaged };
      return container.pass("blobs.read", () => name.key, { make, variants });
    },
    write: (name, body) =>
      container.pass("blobs.write", () => name.key, {
        make: async () => {
          ledger.written(name.key, new TextDecoder().decode(typeof body === "string" ? Buffer.from(body) : body));
          await blobs.write(name, body);
        },
      }),
  };
}

/** The queue as one container sees it. */
export function guardedQueue(world: World, container: Container): StepQueue {
  const { queue, ledger } = world;
  return {
    send: (messages) => {
      const note = () =>
        messages
          .map(
            ({ message, delaySeconds }) =>
              `${message.type} ${message.workflowId}#${"version" in message ? message.version : ""} +${delaySeconds}s`,
          )
          .join(", ");
      const send = async (chosen: typeof messages) => {
        for (const { message, delaySeconds } of chosen) {
          const body = JSON.stringify(message);
          ledger.sent(message);
          if (message.type === "step" && message.released === true) ledger.continuationReleased(message);
          const isFirstStep = message.type === "step" && message.version === 0;
          // The sweeper sends the first step of whatever was started and then nobody began.
          if (isFirstStep && !container.isSweeping) ledger.children.begun(message.workflowId);
          world.bodies.push(body);
          queue.sendBody(body, delaySeconds);
        }
        return chosen.map(() => undefined);
      };
      return container.pass("queue.send", note, {
        make: () => send(messages),
        variants: {
          partial: async () => {
            // At least one entry fails, or the fault would be none.
            const sent = messages.slice(0, Math.floor(messages.length / 2));
            await send(sent);
            return messages.map((_message, index) => (index < sent.length ? undefined : injectedError("failed entry")));
          },
        },
      });
    },
    deadLetter: (body, reason) =>
      container.pass("queue.deadLetter", () => reason, {
        make: async () => {
          ledger.deadLettered(body, reason);
          await queue.deadLetter(body, reason);
        },
      }),
    hide: (receiptHandle, seconds) =>
      container.pass("queue.hide", () => `${receiptHandle} ${seconds}s`, {
        make: () => queue.hide(receiptHandle, seconds),
      }),
  };
}

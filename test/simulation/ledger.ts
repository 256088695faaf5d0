import type { QueueMessage } from "../../src/contracts/messages.ts";
import type { Outcome, WorkflowView } from "../../src/dispatcher/index.ts";
import { defaultSettings } from "../../src/dispatcher/index.ts";
import type { Transition } from "../../src/engine/index.ts";
import type { LogFields } from "../../src/ports/logger.ts";
import type {
  Claim,
  CommitRequest,
  Continuation,
  Head,
  StoredStart,
  StoredVersion,
  VersionKey,
} from "../../src/ports/workflow-store.ts";
import { ChildrenLedger } from "./children-ledger.ts";
import type { Container } from "./container.ts";
import type { WorldFault } from "./faults.ts";
import type { SimulatedDefinition } from "./random-definition.ts";
import { readInput, readStored } from "./read-stored.ts";
import { ReferenceRun } from "./reference-run.ts";

/** Stands in every payload: no log line and no message of ours may hold it (I16). */
export const payloadCanary = "CANARY";

/** A claim, or that the owner of the version before said it would go on with this one. */
interface GrantedClaim {
  readonly token: string;
  readonly container: Container;
  readonly expiresAt: number;
  readonly isContinuation: boolean;
  isReleased: boolean;
  /** Whether its node ran: then it has spent an attempt. */
  hasRun: boolean;
  /** Whether it was released before its node ran, and so counts no more. */
  isGivenBack: boolean;
}

/** What is known of one workflow. */
export interface WorkflowRecord {
  readonly start: StoredStart;
  readonly reference: ReferenceRun;
  /** What was committed, as stored and as parsed. */
  readonly transitions: { readonly text: string; readonly transition: Transition }[];
  readonly claims: Map<number, GrantedClaim[]>;
  readonly runs: Map<number, number>;
  /** How the owner of the newest transition goes on. */
  continuation: Continuation | undefined;
  /** How many transitions were committed by anybody before its newest one; -1 before its first. */
  newestCommit: number;
  /** Epoch ms since which it could have moved; undefined while it can not. */
  movableSince: number | undefined;
  head: Head | undefined;
}

/** What callers tried to tell one workflow; known before it has started. */
export interface Callers {
  /** The version that each payload was meant for; undefined: for whichever pause was the newest. */
  readonly answers: Map<string, number | undefined>;
  /** Versions whose pause a caller was told to have resumed, with the payload. */
  readonly resumed: Map<number, string>;
  /** Tokens by the version of their pause. */
  readonly mails: Map<number, string>;
  isCancelled: boolean;
  /** Versions whose failure somebody asked to retry. */
  readonly retried: Set<number>;
}

/**
 * Sees every effect on the world and holds it against the invariants, beside the code under test:
 * I1, I2, I8, I9, I10, I14, I15 by the reference run at every commit; I7 by the claims and runs of each version;
 * I11 by what callers were told; I12 by the starts; I13 by the messages alive; I16 by canaries.
 */
export class Ledger {
  readonly workflows = new Map<string, WorkflowRecord>();
  readonly violations: string[] = [];
  readonly definitions = new Map<string, SimulatedDefinition>();
  readonly deadLetters: { readonly body: string; readonly reason: string }[] = [];
  /** How many transitions were committed. */
  commits = 0;
  readonly children: ChildrenLedger;
  readonly #callers = new Map<string, Callers>();
  readonly #tokens: string[] = [];
  readonly #objects = new Map<string, string>();
  readonly #misread = new Set<string>();
  /** Told of what is rare; set by the world. */
  happens: (fault: WorldFault) => void = () => undefined;
  /** Epoch ms by the true time; set by the world. */
  now: () => number = () => 0;

  constructor() {
    const { workflows } = this;
    const facts = { violate: (text: string) => this.violate(text), workflows, objects: this.#objects };
    this.children = new ChildrenLedger(facts, () => ({ commits: this.commits, now: this.now() }));
  }

  violate(text: string): void {
    this.violations.push(text);
  }

  callersOf(workflowId: string): Callers {
    const known = this.#callers.get(workflowId);
    if (known !== undefined) return known;
    const callers: Callers = {
      answers: new Map(),
      resumed: new Map(),
      mails: new Map(),
      isCancelled: false,
      retried: new Set(),
    };
    this.#callers.set(workflowId, callers);
    return callers;
  }

  started(start: StoredStart): void {
    if (this.workflows.has(start.workflowId)) {
      this.violate(`I12: ${start.workflowId} was started twice`);
      return;
    }
    const definition = this.definitions.get(start.definitionHash);
    const input = this.#read(() => readInput(start.input, this.#objects));
    if (definition === undefined) {
      this.violate(`I15: ${start.workflowId} runs an unknown definition`);
      return;
    }
    this.workflows.set(start.workflowId, {
      start,
      reference: new ReferenceRun(definition, input),
      transitions: [],
      claims: new Map(),
      runs: new Map(),
      continuation: undefined,
      newestCommit: -1,
      movableSince: this.now(),
      head: undefined,
    });
    this.children.started(start, input);
  }

  /** I14: what an item refers to was written before it. */
  #read<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.violate(`I14: ${error}`);
      return undefined;
    }
  }

  /** A large value is named after its content: what stands there is never replaced by anything else. */
  written(key: string, text: string): void {
    const before = this.#objects.get(key);
    this.#objects.set(key, text);
    if (before !== undefined && before !== text) this.violate(`I8: ${key} was replaced`);
    if (this.#tokens.some((token) => text.includes(token))) this.violate(`I16: a token in ${key}`);
  }

  /** A read of a large value was made to fail: a node may fail for it, when it read the value itself. */
  misread(key: string): void {
    this.#misread.add(key);
  }

  #wasMisread(error: string): boolean {
    const [, key = ""] = /A stored value of \d+ bytes is (?:damaged|missing): (\S+)/.exec(error) ?? [];
    return this.#misread.has(key);
  }

  headWritten(head: Head): void {
    const record = this.workflows.get(head.workflowId);
    if (record !== undefined) record.head = head;
  }

  /** Epoch ms at which the next head is due for the sweeper; infinite when none is. */
  nextCheckAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { head } of this.workflows.values()) next = Math.min(next, head?.checkAt ?? next);
    return next;
  }

  checkMoved(workflowId: string, checkAt: number | undefined): void {
    const record = this.workflows.get(workflowId);
    if (record?.head === undefined) return;
    const { checkAt: _checkAt, ...head } = record.head;
    record.head = { ...head, ...(checkAt !== undefined && { checkAt }) };
  }

  claimed(container: Container, { workflowId, version }: VersionKey, { token, expiresAt, count }: Claim): void {
    const record = this.workflows.get(workflowId);
    if (record === undefined) {
      this.violate(`I5: a claim on ${workflowId}, which was never started`);
      return;
    }
    const claims = record.claims.get(version) ?? [];
    record.claims.set(version, claims);
    const last = claims.at(-1);
    if (last?.token === token) return;
    if (last !== undefined && !last.isReleased && last.expiresAt > container.now()) {
      this.violate(`I7: ${workflowId}#${version} was claimed while ${last.container.name} held it`);
    }
    if (record.movableSince !== undefined) record.movableSince = this.now();
    this.#grant(record, version, { token, container, expiresAt, isContinuation: false });
    // An owner that could not go on may have said so by a message that came later than this claim.
    const [first] = claims;
    if (first?.isContinuation && claims.length === 2 && count === 2) first.isGivenBack = false;
    const spent = countSpent(claims);
    if (count !== spent) this.violate(`I7: claim ${spent} of ${workflowId}#${version} counts ${count}`);
  }

  #grant(
    { claims }: WorkflowRecord,
    version: number,
    claim: Omit<GrantedClaim, "isReleased" | "hasRun" | "isGivenBack">,
  ): void {
    const granted = claims.get(version) ?? [];
    claims.set(version, granted);
    granted.push({ ...claim, isReleased: false, hasRun: false, isGivenBack: false });
  }

  /** An owner that had said it would go on with a version says that it does not. */
  continuationReleased({ workflowId, version }: Pick<VersionKey, "workflowId" | "version">): void {
    const [first] = this.workflows.get(workflowId)?.claims.get(version) ?? [];
    if (first?.isContinuation !== true) {
      this.violate(`I4: ${workflowId}#${version} is released by nobody`);
      return;
    }
    if (first.hasRun) this.violate(`I7: ${workflowId}#${version} ran, and its owner released it`);
    this.happens("released step");
    first.isReleased = true;
    first.isGivenBack = true;
  }

  /** A lost answer must not be taken for another owner (I3). */
  refused({ workflowId, version }: VersionKey, token: string, stored: StoredVersion): void {
    if (stored.claim?.token === token) this.violate(`I3: ${workflowId}#${version} was refused to its own owner`);
  }

  released({ workflowId, version }: VersionKey, { token, isSpent }: { token: string; isSpent: boolean }): void {
    const record = this.workflows.get(workflowId);
    const last = record?.claims.get(version)?.at(-1);
    const isOpen = version === record?.transitions.length;
    if (last?.token !== token || last.isReleased || !isOpen) return;
    last.isReleased = true;
    last.isGivenBack = !isSpent;
    if (last.hasRun && !isSpent) this.violate(`I7: ${workflowId}#${version} ran, and its claim was given back`);
  }

  ran(container: Container, workflowId: string, version: number): void {
    const record = this.workflows.get(workflowId);
    if (record === undefined) return;
    const runs = (record.runs.get(version) ?? 0) + 1;
    record.runs.set(version, runs);
    const claims = record.claims.get(version) ?? [];
    const own = claims.findLast((claim) => claim.container === container);
    if (own !== undefined) own.hasRun = true;
    if (runs > claims.length) this.violate(`I7: run ${runs} of ${workflowId}#${version} with ${claims.length} claims`);
    if (version !== record.reference.version && version > record.reference.version) {
      this.violate(`I1: ${workflowId}#${version} runs before ${record.reference.version} is committed`);
    }
  }

  committed(
    container: Container,
    { workflowId, version }: VersionKey,
    { token, transition: text, owner, continuation }: CommitRequest,
  ): void {
    const record = this.workflows.get(workflowId);
    if (record === undefined) {
      this.violate(`I5: a commit of ${workflowId}, which was never started`);
      return;
    }
    const { transitions, reference } = record;
    if (version < transitions.length) {
      if (transitions[version]?.text !== text) this.violate(`I8: ${workflowId}#${version} was committed twice`);
      return;
    }
    if (version > transitions.length) this.violate(`I1: ${workflowId}#${version} leaves a gap`);
    const holder = record.claims.get(version)?.at(-1);
    if (owner !== "anyone" && holder?.token !== token)
      this.violate(`I3: ${workflowId}#${version} was committed by another than who held it last`);
    if (this.#holdsToken(text)) this.violate(`I16: a token in ${workflowId}#${version}`);
    const transition = this.#read(() => readStored(text, this.#objects));
    if (transition === undefined) return;
    transitions.push({ text, transition });
    record.newestCommit = this.commits;
    for (const fault of rareIn(transition)) this.happens(fault);
    const now = container.now();
    const callers = this.callersOf(workflowId);
    const problem = reference.accept(transition, {
      now,
      lostAttempts: countSpentBefore(record.claims.get(version) ?? [], token),
      // A retry is judged when it is made, and may be committed late.
      isExpired: endOf(record) <= (transition.type === "retry" ? (transition.at ?? now) : now),
      wasCancelled: (reason) =>
        reason === undefined ? callers.isCancelled : this.children.mayCancel(record.start, reason),
      wasRetried: (at) => callers.retried.has(at),
      wasDisturbed: (_version, error) =>
        /injected: |did not finish before the step ran out of time/.test(error) || this.#wasMisread(error),
      wasClaimedTooOften: (at) => countSpent(record.claims.get(at) ?? []) > defaultSettings.maxClaims,
      wasAnswered: (at, payload) => {
        const key = JSON.stringify(payload);
        const meant = callers.answers.get(key);
        return callers.answers.has(key) && (meant === undefined || meant === at);
      },
      findJoinProblem: (at, joined) => this.children.findJoinProblem({ workflowId, version: at }, joined),
      resultsOf: (at) => this.children.resultsOf({ workflowId, version: at }),
    });
    if (problem !== undefined) this.violate(`${workflowId}#${version}: ${problem}`);
    this.children.committed(record, transition);
    this.commits += 1;
    record.continuation = continuation;
    if (continuation?.until !== undefined) {
      this.happens("continued step");
      const deadlineAt = (container.deadlineAt ?? 0) + container.skewMs;
      if (continuation.until < deadlineAt)
        this.violate(`I7: ${workflowId}#${version + 1} is held for less than its owner may run`);
      this.#grant(record, version + 1, { token, container, expiresAt: continuation.until, isContinuation: true });
    }
    // Past its longest duration a workflow has to end, whatever it waits for.
    const isHeld = reference.isIdle || reference.isWaiting;
    const dueAt = Math.min(reference.dueAt ?? (isHeld ? Number.POSITIVE_INFINITY : 0), endOf(record));
    record.movableSince = reference.hasEnded ? undefined : Math.max(this.now(), dueAt);
  }

  mailed(workflowId: string, version: number, token: string): void {
    this.callersOf(workflowId).mails.set(version, token);
    this.#tokens.push(token);
  }

  /** What a message carries of its workflow has the workflow's values, but no token. */
  sent(message: QueueMessage): void {
    const carried = message.type === "step" ? message.carried : undefined;
    if (carried !== undefined && this.#holdsToken(carried.text)) this.violate("I16: a token was carried");
    if (carried !== undefined) this.happens("carried state");
    const body = JSON.stringify({ ...message, carried: undefined });
    if (this.#isSecret(body)) this.violate(`I16: a secret was sent: ${body}`);
  }

  deadLettered(body: string, reason: string): void {
    this.deadLetters.push({ body, reason });
    if (reason.includes(payloadCanary)) this.violate(`I16: a secret in a reason: ${reason}`);
  }

  logged(message: string, fields: LogFields | undefined): void {
    let isSecret = this.#isSecret(message);
    for (const name in fields) {
      const value = fields[name];
      if (typeof value === "string" && this.#isSecret(value)) isSecret = true;
    }
    if (isSecret) this.violate(`I16: a secret was logged: ${message}`);
  }

  #isSecret(text: string): boolean {
    return text.includes(payloadCanary) || (this.#tokens.length > 0 && this.#holdsToken(text));
  }

  #holdsToken(text: string): boolean {
    return this.#tokens.some((token) => text.includes(token));
  }

  /** A caller heard what became of its resume, or what the workflow looks like. */
  answered(outcome: Outcome, payload: unknown): void {
    if (outcome.type === "snapshot") this.#checkView(outcome.workflow);
    if (outcome.type !== "resumed") return;
    const { workflowId, version } = outcome;
    const { resumed } = this.callersOf(workflowId);
    // A transition from outside writes the head before it is answered, whatever the head said before.
    if ((this.workflows.get(workflowId)?.head?.version ?? 0) <= version) {
      this.violate(`I4: the head of ${workflowId} does not know that ${version} was resumed`);
    }
    const text = JSON.stringify(payload);
    const before = resumed.get(version);
    resumed.set(version, text);
    if (before !== undefined && before !== text) this.violate(`I11: two callers resumed ${workflowId}#${version}`);
  }

  /** I2: nobody may see a state that never was. */
  #checkView({ workflowId, version, status, currentNodeId }: WorkflowView): void {
    const transition = this.workflows.get(workflowId)?.transitions[version - 1]?.transition;
    const isTrue =
      version === 0 || (transition?.status === status && (transition.currentNodeId ?? null) === currentNodeId);
    if (!isTrue) this.violate(`I2: a caller saw ${workflowId}#${version} ${status} at ${currentNodeId}`);
  }
}

/** What a transition shows of failures that did not end a workflow at once, and of pauses that did not last. */
function rareIn({ type, result, compensates, compensation }: Transition): readonly WorldFault[] {
  const rare: WorldFault[] = [];
  if (result?.caught) rare.push(result.errorCode === "step.claimed-too-often" ? "caught claims" : "caught failure");
  if (type === "timer" && result !== undefined) rare.push("pause timeout");
  if (compensates !== undefined) rare.push(result?.error === undefined ? "undone visit" : "undoing that fails");
  if (type === "cancel" && compensation !== undefined) rare.push("undoing after a cancel");
  return rare;
}

/** Epoch ms after which a workflow has to end: while it is undone, the middle between its duration and its retention. */
function endOf({ start: { expiresAt, purgeAt }, reference }: WorkflowRecord): number {
  return reference.isUndoing ? expiresAt + Math.floor((purgeAt - expiresAt) / 2) : expiresAt;
}

/** How many claims count: those that were given back do not. */
function countSpent(claims: readonly GrantedClaim[]): number {
  return claims.filter(({ isGivenBack }) => !isGivenBack).length;
}

/** How many attempts were lost before the claim with this token. */
function countSpentBefore(claims: readonly GrantedClaim[], token: string): number {
  const at = claims.findIndex((claim) => claim.token === token);
  return countSpent(claims.slice(0, Math.max(0, at)));
}

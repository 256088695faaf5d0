import type { LogFields } from "../../../ports/logger.ts";

/** How many children of one pause are shown step by step. */
const shownChildren = 2;

/** How many failures of the other children are shown. */
const shownFailures = 3;

/** The children of one workflow. */
interface Family {
  readonly parentId: string;
  /** Whether anything of them is shown: nothing is below a child that is not shown itself. */
  readonly isSilent: boolean;
  started: number;
  ended: number;
  failed: number;
}

/** What a person sees of a line: the line, and perhaps one more about how far its family is. */
export interface Digested {
  readonly isShown: boolean;
  readonly progress?: { readonly workflowId: string; readonly text: string };
}

/**
 * Keeps the output readable when a workflow has many children: the first two are shown step by step, of the others the
 * first failures, and how many have ended: 10, 20, 50, 100, 200 and so on. A child that began before this process is shown.
 */
export class ChildDigest {
  readonly #families = new Map<string, Family>();
  readonly #hidden = new Map<string, Family>();
  readonly #shown = new Map<string, Family>();

  /** To be told of every line; `isWarning` of those that tell of something bad. */
  digest(message: string, fields: LogFields, isWarning: boolean): Digested {
    const { workflowId, parentId, status } = fields;
    if (typeof workflowId !== "string") return { isShown: true };
    if (message === "workflow started" && typeof parentId === "string") this.#join(workflowId, parentId);
    if (message === "children joined") this.#families.delete(workflowId);
    const hidingFamily = this.#hidden.get(workflowId);
    const family = hidingFamily ?? this.#shown.get(workflowId);
    if (family === undefined) return { isShown: true };
    const hasEnded = status === "completed" || status === "failed";
    if (hasEnded) this.#end(workflowId, family, status === "failed");
    const isShown =
      hidingFamily === undefined || (isWarning && !family.isSilent && family.failed <= shownFailures && hasEnded);
    return { isShown, ...(hasEnded && progressOf(family)) };
  }

  #join(workflowId: string, parentId: string): void {
    const isSilent = this.#hidden.has(parentId);
    const family = this.#families.get(parentId) ?? { parentId, isSilent, started: 0, ended: 0, failed: 0 };
    this.#families.set(parentId, family);
    family.started += 1;
    const isShown = !family.isSilent && family.started <= shownChildren;
    (isShown ? this.#shown : this.#hidden).set(workflowId, family);
  }

  #end(workflowId: string, family: Family, hasFailed: boolean): void {
    family.ended += 1;
    if (hasFailed) family.failed += 1;
    this.#shown.delete(workflowId);
    this.#hidden.delete(workflowId);
  }
}

function progressOf({ parentId, isSilent, ended, failed }: Family): Pick<Digested, "progress"> {
  if (isSilent || !/^[125]0+$/.test(String(ended))) return {};
  const failures = failed === 0 ? "" : `, ${failed} of them failed`;
  return { progress: { workflowId: parentId, text: `${ended} children have ended${failures}` } };
}

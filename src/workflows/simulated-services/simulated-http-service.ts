/** A request as a simulated service sees it. */
export interface SimulatedRequest {
  readonly method: string;
  /** Without the origin, `/reports/7`. */
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  /** The text of the body, empty when there is none. */
  readonly body: string;
}

/** JSON with a status, or a connection that is reset before there is an answer. */
export type SimulatedAnswer =
  | { readonly type: "answer"; readonly status: number; readonly body: unknown }
  | { readonly type: "reset" };

/** A SIMULATED service behind HTTP: the local runtime puts a server on loopback in front of it, a test asks it itself. */
export interface SimulatedHttpService {
  answer(request: SimulatedRequest): SimulatedAnswer;
}

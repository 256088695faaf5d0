import { RefluxoError } from "../engine/index.ts";

/** A record that fails in the ordinary course of things, in order to come again. */
export class ExpectedFailure extends RefluxoError {
  override readonly name = "ExpectedFailure";
}

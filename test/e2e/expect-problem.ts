import { expect } from "vitest";
import type { RawAnswer } from "./raw-request.ts";

/** Expects an error of ours: a problem by RFC 9457 that says nothing of the inside. */
export function expectProblem(answer: RawAnswer, status: number, code: string): void {
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(`"urn:refluxo:problem:${code}"`)]);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  const { type, title, detail, instance, ...rest } = JSON.parse(answer.text);
  expect(type).toBe(`urn:refluxo:problem:${code}`);
  expect(title).toMatch(/^[A-Z]/);
  expect(detail ?? "").toBeTypeOf("string");
  expect(instance).toMatch(/^urn:request:[0-9a-f-]{36}$/);
  expect(rest).toEqual({ status });
  expectNoInside(answer);
}

/** Expects an answer of the gateway, as API Gateway's own. */
export function expectGateway(answer: RawAnswer, status: number, message: string): void {
  expect([answer.status, JSON.parse(answer.text)]).toEqual([status, { message }]);
  expectNoInside(answer);
}

function expectNoInside({ text, headers }: RawAnswer): void {
  expect(text).not.toMatch(/\bat \S+ \(|node:|\.ts\b|stack|Error\b|dynamodb|127\.0\.0\.1/i);
  expect(headers["set-cookie"]).toBeUndefined();
}

import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltFunction, buildFunctions } from "../../scripts/build.ts";
import { functionIds } from "./read-project-template.ts";

describe("building the functions", () => {
  let directory = "";
  let functions: readonly BuiltFunction[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "build-"));
    functions = await buildFunctions(directory);
  });
  afterAll(() => rm(directory, { recursive: true }));

  test("gives one bundle for each function of the template", () => {
    expect(functions.map(({ logicalId }) => logicalId).toSorted()).toEqual([...functionIds].toSorted());
  });

  test("writes each handler's file, and says how large it is", async () => {
    expect(functions).toHaveLength(3);
    for (const { handlerFile, bytes } of functions) {
      expect(isAbsolute(handlerFile)).toBe(true);
      expect((await stat(handlerFile)).size).toBe(bytes);
      expect((await stat(`${handlerFile}.map`)).size).toBeGreaterThan(0);
    }
  });

  test("exports the handler under the name that the template gives it", async () => {
    expect(functions).toHaveLength(3);
    for (const { handlerFile, handlerName } of functions) {
      expect(await readFile(handlerFile, "utf8")).toMatch(new RegExp(`export\\{[^}]*\\bas ${handlerName}\\b`));
    }
  });

  test("leaves nothing to install: a bundle imports Node's own modules alone", async () => {
    expect(functions).toHaveLength(3);
    for (const { handlerFile } of functions) {
      const imports = [
        ...(await readFile(handlerFile, "utf8")).matchAll(/(?:^|[;\n}])import\b[^;"'()]*?["']([^"']+)["']/g),
      ];
      expect(imports.length).toBeGreaterThan(0);
      for (const [, specifier = ""] of imports) expect(isBuiltin(specifier), specifier).toBe(true);
    }
  });
});

import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
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

  test("writes each handler's file with its map, and says how much a cold start reads", async () => {
    expect(functions).toHaveLength(3);
    for (const { handlerFile, bytesAtStart } of functions) {
      expect(isAbsolute(handlerFile)).toBe(true);
      expect((await stat(`${handlerFile}.map`)).size).toBeGreaterThan(0);
      let bytes = 0;
      const files = new Set([handlerFile]);
      for (const file of files) {
        bytes += (await stat(file)).size;
        for (const specifier of importsIn(await readFile(file, "utf8"))) {
          if (specifier.startsWith("./")) files.add(join(dirname(file), specifier));
        }
      }
      expect(files.size).toBeGreaterThan(1);
      expect(bytesAtStart).toBe(bytes);
    }
  });

  test("exports the handler under the name that the template gives it", async () => {
    expect(functions).toHaveLength(3);
    for (const { handlerFile, handlerName } of functions) {
      expect(await readFile(handlerFile, "utf8")).toMatch(new RegExp(`export\\{[^}]*\\bas ${handlerName}\\b`));
    }
  });

  test("leaves nothing to install: a bundle imports its own files and Node's own modules alone", async () => {
    expect(functions).toHaveLength(3);
    for (const { handlerFile } of functions) {
      const directory = dirname(handlerFile);
      const files = (await readdir(directory)).filter((file) => file.endsWith(".mjs"));
      const specifiers = await Promise.all(
        files.map(async (file) => {
          const text = await readFile(join(directory, file), "utf8");
          return [...importsIn(text), ...lazyImportsIn(text)];
        }),
      );
      const others = specifiers.flat().filter((specifier) => !specifier.startsWith("./") && !isBuiltin(specifier));
      // Never reached on Lambda, and so left out on purpose (template.yaml).
      expect(others.filter((specifier) => !specifier.startsWith("@aws-sdk/credential-provider-"))).toEqual([]);
      const own = specifiers.flat().filter((specifier) => specifier.startsWith("./"));
      expect(own.length).toBeGreaterThan(0);
      expect(own.filter((specifier) => !files.includes(specifier.slice(2)))).toEqual([]);
    }
  });
});

/** What a built file imports before it runs. */
function importsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|[;\n}])import\b[^;"'()]*?["']([^"']+)["']/g)].map(([, specifier = ""]) => specifier);
}

/** What a built file imports when it needs it. */
function lazyImportsIn(text: string): readonly string[] {
  return [...text.matchAll(/\bimport\(["']([^"']+)["']\)/g)].map(([, specifier = ""]) => specifier);
}

import { posix } from "node:path";
import { exceptions, faces, type Room, rooms } from "./rooms.ts";
import { importsOf, type SourceFile, type SourceImport } from "./source-file.ts";

/** What is wrong with a file's imports, one line for each: the file, the import, and why. */
export function checkImports(file: SourceFile): readonly string[] {
  const room = roomOf(file.path);
  if (room === undefined) return [`${file.path}: is in no room of test/architecture/rooms.ts`];
  return importsOf(file).flatMap((imported) => {
    const problem = problemOf(file, room, imported);
    return problem === undefined
      ? []
      : [`${file.path} imports ${imported.specifier ?? "what it computes"}: ${problem}`];
  });
}

function problemOf(file: SourceFile, room: Room, { specifier, isTypeOnly }: SourceImport): string | undefined {
  if (specifier === undefined) return room.mayComputeImports ? undefined : "a computed import cannot be checked";
  if (specifier.startsWith(".")) {
    return fileProblem(file.path, room, targetOf(file, specifier), isTypeOnly);
  }
  if (room.packages.some((allowed) => covers(allowed, specifier))) return undefined;
  if (!room.packageTypes?.includes(specifier)) return `${room.folder} may not import this package`;
  return isTypeOnly ? undefined : `${room.folder} may import only types of this package`;
}

function fileProblem(from: string, room: Room, to: string, isTypeOnly: boolean): string | undefined {
  const target = roomOf(to);
  if (target === undefined) return "it is in no room of test/architecture/rooms.ts";
  if (target === room) return undefined;
  if (exceptions.some((exception) => exception.from === from && exception.to === to)) return undefined;
  if (!room.rooms.includes(target.folder)) {
    if (!room.typesOf?.includes(target.folder)) return `${room.folder} may not import ${target.folder}`;
    if (!isTypeOnly) return `${room.folder} may import only types of ${target.folder}`;
  }
  const face = faces.find((candidate) => posix.dirname(candidate) === target.folder);
  return face === undefined || to === face ? undefined : `from outside, ${target.folder} is imported through ${face}`;
}

/** The path from the repository's root of a file that a relative import names. */
export function targetOf({ path }: SourceFile, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}

function roomOf(path: string): Room | undefined {
  return rooms.find(({ folder }) => path.startsWith(`${folder}/`));
}

function covers(allowed: string, specifier: string): boolean {
  return allowed.endsWith("*") ? specifier.startsWith(allowed.slice(0, -1)) : specifier === allowed;
}

/**
 * What Lambda's own Node runtime starts Node with, for a function with so much memory (MB): a twentieth for each half of
 * the young generation, of which Node would otherwise take 32 MB, and nine tenths for the old one (`/var/runtime/bootstrap`,
 * nodejs18.x and before).
 */
export function lambdaNodeOptions(memoryMegabytes: number): readonly string[] {
  const youngMegabytes = Math.floor(memoryMegabytes / 10);
  return [
    `--max-semi-space-size=${Math.floor(youngMegabytes / 2)}`,
    `--max-old-space-size=${memoryMegabytes - youngMegabytes}`,
  ];
}

import { finishInTime } from "./finish-in-time.ts";
import type { Plugin, PluginHook, ReportPluginError } from "./plugin.ts";

/** Calls one hook of one plugin. */
type HookCall = (plugin: Plugin) => Promise<void> | void;

/** Runs the hooks of all plugins in order; whatever they throw is reported and goes no further. */
export class HookRunner {
  readonly #plugins: readonly Plugin[];
  readonly #report: ReportPluginError;

  constructor(plugins: readonly Plugin[], report: ReportPluginError) {
    this.#plugins = plugins;
    this.#report = report;
  }

  /** Whether there are plugins at all; who has nobody to tell need not wait for it. */
  get hasPlugins(): boolean {
    return this.#plugins.length > 0;
  }

  /** Waits for each hook, but no longer than until the signal aborts. */
  async run(hookName: PluginHook, signal: AbortSignal | undefined, call: HookCall): Promise<void> {
    for (const plugin of this.#plugins) {
      try {
        await finishInTime(
          signal,
          () => `Hook ${hookName} of plugin '${plugin.name}'`,
          async () => call(plugin),
        );
      } catch (error) {
        this.#reportSafely(error, plugin, hookName);
      }
    }
  }

  #reportSafely(error: unknown, plugin: Plugin, hookName: PluginHook): void {
    try {
      this.#report(error, plugin.name, hookName);
    } catch {
      // There is nowhere left to report to, and a hook's error must not stop the step.
    }
  }
}

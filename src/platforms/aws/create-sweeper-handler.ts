import type { AwsSweeper } from "./aws-sweeper.ts";
import { invocationOf, type LambdaHandler } from "./create-dispatcher-handler.ts";

/** SweeperFunction: one run of the sweeper, whatever event rings. Throws when a check failed, so that it counts as an error of the function. */
export function createSweeperHandler(platform: AwsSweeper): LambdaHandler {
  return async (_event, context) => {
    const report = await platform.sweeper.sweep(invocationOf(platform, context));
    if (report.sent > 0 || report.failed > 0) platform.logger.info("sweep", { ...report });
    if (report.failed > 0) throw new Error(`${report.failed} workflows could not be checked`);
    return report;
  };
}

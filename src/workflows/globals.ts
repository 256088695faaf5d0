import type { Json } from "../ports/node-globals.ts";

/**
 * What expressions see as `globals`, besides nothing else of the application: JSON values, one line each. They are part
 * of no definition, so a workflow that runs sees a new value after the next deploy; secrets do not belong here.
 */
export const globals: Readonly<Record<string, Json>> = {
  company: "Example Ltd",
  currency: "EUR",
  /** A PLACEHOLDER: put the address of your own service here. `npm start` puts its simulated service in its place. */
  reportService: "https://report-service.example",
};

export { replaceMethods } from "../../src/platforms/memory/index.ts";

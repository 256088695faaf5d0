export type { ParsedEvent, ParsedRecord } from "../contracts/parsed-event.ts";
export { parseEvent } from "./parse-event.ts";
export { isPageRequest, isPauseRequest } from "./pause-request.ts";
export { isSqsEvent } from "./sqs.ts";

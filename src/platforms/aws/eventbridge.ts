// Loaded when an event is first published; named imports, so that the bundler leaves the other commands out.
export { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";

import * as application from "../../../workflows/registry.ts";
import { createAwsSweeper } from "../aws-sweeper.ts";
import { readEnvironment, sweeperEnvironment } from "../config.ts";
import { createSweeperHandler } from "../create-sweeper-handler.ts";

/** The entry point of SweeperFunction; its clients are made once per container. */
export const handler = createSweeperHandler(createAwsSweeper(application, readEnvironment(sweeperEnvironment)));

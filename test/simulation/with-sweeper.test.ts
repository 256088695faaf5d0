import { describeWorlds } from "./describe-worlds.ts";

describeWorlds("with the sweeper", { hasSweeper: true });

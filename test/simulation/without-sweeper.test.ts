import { describeWorlds } from "./describe-worlds.ts";

describeWorlds("without the sweeper", { hasSweeper: false });

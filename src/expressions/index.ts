export { CompiledTexts } from "./compiled-texts.ts";
export { ExpressionEngine, type ExpressionEngineOptions } from "./expression-engine.ts";
export { defaultExpressionLimits, type ExpressionLimits } from "./expression-limits.ts";

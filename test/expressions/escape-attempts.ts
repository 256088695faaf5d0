/** An expression that tries to get at what is none of its business, or to take more than it may. */
export interface EscapeAttempt {
  readonly name: string;
  readonly source: string;
  /** The code that it fails with; or the value that it comes to, which holds nothing of the host. */
  readonly ends: { readonly code: string } | { readonly value: unknown };
}

const fails = (name: string, source: string, code = "expression.failed"): EscapeAttempt => ({
  name,
  source,
  ends: { code },
});
const comesTo = (name: string, source: string, value?: unknown): EscapeAttempt => ({ name, source, ends: { value } });
const syntax = "expression.syntax";
const notJson = "expression.not-json";
const tooLarge = "expression.too-large";

/** Walks to a prototype or a constructor. */
const prototypes: readonly EscapeAttempt[] = [
  comesTo("a path to __proto__", "input.__proto__"),
  comesTo("a quoted path to __proto__", "input.`__proto__`.polluted"),
  comesTo("a path to constructor", "input.constructor"),
  comesTo("a path to the constructor of a text", "input.text.constructor.constructor"),
  comesTo("a path to the constructor of a list", "input.list.constructor"),
  comesTo("a path to the constructor of a number", "(1).constructor"),
  comesTo("a path to a method", "input.list.push"),
  comesTo("a path to a member that all objects inherit", "input.toString"),
  comesTo("a path to the constructor of a function", "$sum.constructor"),
  comesTo("a path to the implementation of a function", "$sum.implementation"),
  comesTo("a path into a function of the expression", "(function($x){ $x }).environment"),
  comesTo("a path to the body of a function of the expression", "(function($x){ $x }).body"),
  comesTo("a wildcard over a function", "$sum.*"),
  comesTo("a wildcard after __proto__", "input.__proto__.*"),
  comesTo("descendants named constructor", "input.object.**.constructor"),
  comesTo("descendants of a function", "[$count($sum.**.implementation)]", [0]),
  comesTo("$lookup of __proto__", '$lookup(input, "__proto__")'),
  comesTo("$lookup of constructor", '$lookup(input, "constructor")'),
  comesTo("$lookup in a function", '$lookup($sum, "implementation")'),
  comesTo("$lookup in the root", '$lookup($$, "constructor")'),
  comesTo("$keys of a function", "$keys($sum)"),
  comesTo("$spread of a function that a variable names", "$type($spread($sum))", "function"),
  comesTo("$spread of a list with a function", "$count($spread([$sum]))", 0),
  comesTo("$spread of a function for its implementation, called", "$spread([$sum]).implementation([1])"),
  fails("$merge of the parts of a function", "$merge($spread([$sum]))([1])"),
  fails("$merge of a function", "$merge([$sum])"),
  fails("$each of a function", "$each($sum, function($v, $k){ $k })"),
  fails("$sift of a function", "$sift($sum, function($v){ true })"),
  comesTo("$each of an object with inherited members", "$each(input.object, function($v, $k){ $k })", "a"),
  comesTo("a filter on constructor", "input[constructor]"),
  comesTo("sorting by __proto__", "input.list^(__proto__)", [3, 1, 2]),
  comesTo("the parent of the root's parent", "input.object.a.%.%.constructor"),
  comesTo("$type of a prototype", "$type(input.__proto__)"),
  comesTo("a bound variable named __proto__", "($__proto__ := 1; $constructor := 2; $__proto__ + $constructor)", 3),
  comesTo("a focus named __proto__", "input.list@$__proto__.$__proto__", [3, 1, 2]),
  comesTo("a position named constructor", "input.list#$constructor.$constructor", [0, 1, 2]),
];

/** Writes into what others use. */
const pollution: readonly EscapeAttempt[] = [
  fails("an object with the member __proto__", '{ "__proto__": { "polluted": true } }', notJson),
  fails("an object grouped by __proto__", 'input.names{ $: { "polluted": true } }', notJson),
  fails("$merge with __proto__", '$merge([{ "a": 1 }, { "__proto__": { "polluted": true } }])', notJson),
  fails("$sift that keeps __proto__", '$sift({ "__proto__": 1 }, function($v){ true })', notJson),
  fails("an update of __proto__", 'input ~> |object|{ "__proto__": { "polluted": true } }|', notJson),
  fails(
    "an update of constructor's prototype",
    '{"a":1} ~> |constructor.prototype|{"polluted":true}|, 1 ~> $x',
    syntax,
  ),
  comesTo("an update that finds nothing", 'input.object ~> |constructor.prototype|{ "polluted": true }|', {
    a: { b: 1 },
  }),
  fails("an update of a built-in function", 'input.object ~> |$sum|{ "implementation": $max }|'),
  fails("an update of a function of the expression", '($f := function(){ 1 }; input.object ~> |$f|{ "body": 1 }|)'),
  fails("an update of a list's length", '{ "a": [[1]] } ~> |a|{ "length": 1000000000 }|'),
  fails("an update of the workflow's data", 'input.object ~> |$$.input.object|{ "a": 2 }|'),
  fails("a deletion in the workflow's data", 'input.object ~> |$$.input.object|{}, ["a"]|'),
  fails("a copy that is none", "($clone := function($x){ $x }; input ~> |$|{}|)", syntax),
  fails("a parameter that replaces $clone", 'function($clone){ input ~> |$|{ "a": 1 }| }(function($x){ $x })', syntax),
  fails("an object that passes for a function", '{ "_jsonata_function": true }'),
  fails("an object that passes for a function of the expression", '{ "_jsonata_lambda": true }'),
  fails("an object that passes for a stream of tuples", '({ "tupleStream": true, "@": {} }){ "a": 1 }'),
  fails("the same before anybody has looked at it", '{ "tupleStream": true, "limit": 9 }{ "a": $limit }', syntax),
  fails("data that passes for a function", "input.impostors.function.name"),
  fails("data that passes for a stream of tuples", 'input.impostors.tuples{ "a": $limit }', syntax),
  fails("data that binds variables", '($limit := 1; input.impostors.tuples{ "a": $limit })'),
  fails("data that passes for a wrapper", "input.impostors.wrapper.$"),
];

/** Reaches for names of the host, or for code from data. */
const names: readonly EscapeAttempt[] = [
  ...["process", "global", "globalThis", "require", "module", "Function", "Object", "fetch", "Symbol", "this"].map(
    (name) => fails(`the variable $${name}`, `$${name}`, syntax),
  ),
  comesTo("the name process", "process.env"),
  comesTo("the name globalThis", "globalThis.process"),
  fails("$eval", '$eval("1")', syntax),
  fails("$eval under another name", '($e := $eval; $e("1"))', syntax),
  fails("$eval in a partial application", "$eval(?)", syntax),
  fails("$constructor", '$constructor("return process")()', syntax),
  fails("a call of a text", 'input.text("return process")'),
  comesTo("a hook of JSONata by its name", '$lookup($$, "jsonata.__evaluate_entry")'),
  fails("a hook of JSONata as a variable", "$jsonata.__evaluate_entry", syntax),
  comesTo("a secret of the globals", "globals.secret"),
  comesTo("the blobs of the globals", "globals.blobs"),
  comesTo("the resume token", "workflow.resumeToken"),
  comesTo("the keys of the root", "$keys($$)", ["input", "nodes", "error", "compensates", "workflow", "globals"]),
  comesTo("the guard of the evaluation", '$lookup($$, "(guard")'),
  comesTo("a pattern's own members", "/a/.constructor"),
  comesTo("a match's function, as a function", '$type(/a/("a").next)', "function"),
  fails("a built-in function as a value", "$sum", notJson),
  fails("a function of the expression as a value", "function($x){ $x }", notJson),
  fails("a function within a value", '{ "f": [$sum] }', notJson),
  fails("a pattern as a value", "/a/", notJson),
];

const loop = (body: string, begin: string, times = 1e6) =>
  `($f := function($x, $n){ $n = 0 ? $x : $f(${body}, $n - 1) }; $f(${begin}, ${times}))`;

/** Takes time or memory without end. */
const bounds: readonly EscapeAttempt[] = [
  fails("recursion without end", "($f := function($x){ 1 + $f($x) }; $f(1))", "expression.too-deep"),
  fails(
    "mutual recursion without end",
    "($f := function(){ [$g()] }; $g := function(){ [$f()] }; $f())",
    "expression.too-deep",
  ),
  fails("a text that doubles", loop("$x & $x", '"ab"'), tooLarge),
  fails("a text that doubles by $join", loop("$join([$x, $x])", '"ab"'), tooLarge),
  fails("a text that doubles by $replace", loop('$replace($x, "a", "aa")', '"a"'), tooLarge),
  fails("a text that grows in $reduce", "$reduce([1..100], function($a, $b){ $string($a) & $string($a) })", tooLarge),
  fails("an object that doubles", loop('{ "a": $x, "b": $x }', "1"), tooLarge),
  fails("a list that doubles", loop("[[$x, $x]]", "[]"), tooLarge),
  fails("a list that doubles by $append", loop("$append($x, $x)", "[1]"), tooLarge),
  fails("a list that doubles by $zip", loop("$zip($x, $x)", "[1]"), tooLarge),
  fails("an object that doubles by an update", loop('($x ~> |$|{ "a": $x, "b": $x }|)', '{ "a": 1 }', 60), tooLarge),
  fails("a huge range", "[1..1000000000]", tooLarge),
  fails("a range of numbers that are no longer whole", "[1..1e300]", tooLarge),
  fails("ranges of ranges", "[1..10000].[1..10000].[1..10000]", tooLarge),
  fails("a huge $pad", '$pad("", 1000000000)', tooLarge),
  fails("a huge $pad to the left", '$pad("", -1000000000)', tooLarge),
  fails("a $join of long texts", '$join([1..2000].($pad("", 1000)))', tooLarge),
  fails("a picture that pads", '$fromMillis(0, "[Y,1000000000]")', tooLarge),
  fails("a picture that pads, of $now", '$now("[Y0001,*-9] [f,99999999]")', tooLarge),
  fails("a long picture", '$formatNumber(1, $pad("", 1000, "0"))', tooLarge),
  fails(
    "a picture that reads in many ways",
    '$toMillis($pad("", 60, "1"), "[Y][M][D][H][m][s][f][W][w][d]")',
    tooLarge,
  ),
  fails("a number format without end", '$formatNumber(input.infinite, "0.0e0")'),
  fails("a repetition of repetitions", "$contains(input.text, /(a+)+$/)", syntax),
  fails("a repetition of alternatives", "$contains(input.text, /(a|a)*$/)", syntax),
  fails("a repetition of alternatives inside of a group", "$contains(input.text, /((a|ab)c?)+$/)", syntax),
  fails("many repetitions on a long text", '$contains($pad("", 5000, "a"), /a*a*a*b/)', tooLarge),
  fails("a repetition on a very long text", '$replace($pad("", 100000), / +$/, "")', tooLarge),
  fails("a split by a pattern of a long text", '$split($pad("", 100000), /x*y/)', tooLarge),
  fails("a signature that is matched in many ways", "function($x)<a+a+a+a+:n>{ 1 }(1)", syntax),
  fails("a search for a long text", '$contains($pad("", 100000), $pad("", 50000))', tooLarge),
  fails("a result that is too large", '[[1..1800].($pad("", 5000)), [1..1800].($pad("", 5000))]', tooLarge),
];

export const escapeAttempts: readonly EscapeAttempt[] = [...prototypes, ...pollution, ...names, ...bounds];

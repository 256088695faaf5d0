/**
 * A pattern that says before each match that it looks for one: JSONata asks for all matches of a text in a loop of its own,
 * in which nothing else could end it. What is no pattern is returned as it is.
 */
export function watchedMatcher(matcher: unknown, beforeMatch: () => void): unknown {
  if (typeof matcher !== "function") return matcher;
  const watchNext = (match: unknown): unknown => {
    if (typeof match !== "object" || match === null || !("next" in match)) return match;
    return { ...match, next: watchedMatcher(match.next, beforeMatch) };
  };
  return (...args: readonly unknown[]): unknown => {
    beforeMatch();
    const match: unknown = Reflect.apply(matcher, undefined, args);
    return match instanceof Promise ? match.then(watchNext) : watchNext(match);
  };
}

/** How many answers one function remembers before it forgets them all. */
const maxAnswers = 20_000;

/**
 * Remembers what a pure function makes of a text: the schedules of one process repeat each other's texts. The answers
 * are frozen to the core, so that a schedule that writes to one fails instead of disturbing another.
 */
export function memoise<T>(make: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const made = freezeDeeply(make(text));
    if (answers.size >= maxAnswers) answers.clear();
    answers.set(text, made);
    return made;
  };
}

function freezeDeeply<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freezeDeeply(part);
  return value;
}

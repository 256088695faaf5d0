/** A value while it is being made: what is optional can be set after. */
export type Draft<T> = { -readonly [TKey in keyof T]: T[TKey] };

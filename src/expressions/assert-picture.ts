import { waysOf } from "./bounded-pattern.ts";
import { ExpressionError } from "./expression-error.ts";

/** The longest picture of a number or a date, UTF-16 code units. */
const maxPictureLength = 200;

/** The most ways in which a text may be read by a picture. */
const maxReadings = 1e7;

/** Throws `expression.too-large` for a picture that is long, or that pads to more than 99 characters (`[Y,1000]`). */
export function assertPicture(picture: unknown): void {
  if (typeof picture !== "string") return;
  if (picture.length > maxPictureLength) throw tooLarge(`a picture is longer than ${maxPictureLength} characters`);
  if (/,[^\]]*\d{3}/.test(picture.replaceAll(/\s/g, "").replaceAll(/[^[]*(\[[^\]]*\])?/g, "$1"))) {
    throw tooLarge("a picture has a width of over 99 characters");
  }
}

/**
 * Throws `expression.too-large` when a text could be read by a picture in too many ways: JSONata makes a pattern of the
 * picture, in which parts that no sign separates may share out their digits as they like.
 */
export function assertReading(text: unknown, picture: unknown): void {
  if (typeof text !== "string" || typeof picture !== "string") return;
  assertPicture(picture);
  const parts = picture.split("[").length - 1;
  const isSeparated = !/\][0-9A-Za-z]*\[/.test(picture) && !/\[.[wW]/.test(picture);
  if (!isSeparated && waysOf(text.length + parts, parts) > maxReadings) {
    throw tooLarge("a text can be read by its picture in too many ways");
  }
}

function tooLarge(reason: string): ExpressionError {
  return new ExpressionError("expression.too-large", reason);
}

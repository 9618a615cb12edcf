const ALL_DIGITS = /^\d+$/;
const HEXADECIMAL = /^(?=.*\d)[0-9a-f-]{8,}$/i;
/** A mixture of letters and digits that nobody has thought of. */
const RANDOM = /^(?=.*\d)(?=.*[a-z])[0-9a-z_-]{16,}$/i;

/** Whether a part of a name looks like a number that was given to something: of such parts there are as many as things. */
export const isNumberLike = (segment: string): boolean =>
  ALL_DIGITS.test(segment) || HEXADECIMAL.test(segment) || RANDOM.test(segment);

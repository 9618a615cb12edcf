/** What names of keys are made of. */

/** What names are divided by, most usual first. */
const DELIMITERS = ':/.|#_-';
/** A delimiter that so many of the names have is the one, be another one more frequent. */
const USUAL_SHARE = 0.25;

/** What the names of a sample are divided by; undefined where nothing is found in any. */
export function findDelimiter(keys: readonly Buffer[]): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const delimiter of DELIMITERS) {
    const code = delimiter.charCodeAt(0);
    // Not in front: nothing stands before it there.
    const found = keys.filter((key) => key.indexOf(code, 1) > 0).length;
    if (found > 0 && found >= keys.length * USUAL_SHARE) return delimiter;
    if (found > most) [best, most] = [delimiter, found];
  }
  return best;
}

/** The lines that tell of a full copy, but not for how long one is not needed. */
export const toldCopies = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.includes('full copy') && !line.includes('; after that a new full copy'));

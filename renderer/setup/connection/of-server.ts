/** Words on a source or a target, said of a server that is neither. */
export const ofServer = (text: string): string =>
  text.replaceAll(/\b([Tt])he (?:source|target)\b/g, (_, initial: string) => `${initial}he server`);

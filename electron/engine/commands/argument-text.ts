/** An argument as text, '' past the last one. */
export type ArgumentText = (index: number) => string;

/** A command as its words. */
export type Words = readonly (string | Buffer)[];
export type Given = readonly Buffer[];

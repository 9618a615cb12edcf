/** What the preload puts on `window.lockstep`: all that the page gets from outside its sandbox. */
export interface WindowBridge {
  /** The application's version, such as `0.1.0`. */
  readonly version: string;
}

/** How the main process hands the version to the preload, which has no other way to learn it at once. */
export const VERSION_ARGUMENT = '--lockstep-version=';

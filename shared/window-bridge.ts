/** What the preload puts on `window.lockstep`: all that the page gets from outside its sandbox. */
export interface WindowBridge {
  /** Sends a frame of the contract (shared/contract/frames.ts) to the main process, which validates it. */
  send(frame: unknown): void;
  /** Calls the listener with every frame that comes from the main process. */
  onFrame(listener: (frame: unknown) => void): void;
}

/** The channels between the preload and the main process. */
export const CHANNEL_TO_HOST = 'lockstep:to-host';
export const CHANNEL_TO_PAGE = 'lockstep:to-page';

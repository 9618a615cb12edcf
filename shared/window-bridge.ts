/** What the preload puts on `window.lockstep`: all that the page gets from outside its sandbox. */
export interface WindowBridge {
  /** Sends a frame of the contract (shared/contract/frames.ts) to the main process, which validates it. */
  send(frame: unknown): void;
  /** Calls the listener with every frame that comes from the main process. @returns a function that ends that */
  onFrame(listener: (frame: unknown) => void): () => void;
  /**
   * Calls the listener when the main process has ended the connection; the next frame begins a new one.
   * @returns a function that ends that
   */
  onClose(listener: () => void): () => void;
}

/** The channels between the preload and the main process. */
export const CHANNEL_TO_HOST = 'lockstep:to-host';
export const CHANNEL_TO_PAGE = 'lockstep:to-page';
/** The preload counts what it has passed to the page, so that the main process knows what is still on its way. */
export const CHANNEL_RECEIVED = 'lockstep:received';
export const CHANNEL_CLOSED = 'lockstep:closed';

import type { Channel } from './network.ts';

/** One connection as its server sees it, or one that the model itself uses. */
export class Client {
  readonly id: number;
  readonly channel: Channel | undefined;
  name = '';
  db = 0;
  queued: string[][] | undefined;
  spoiled = false;
  watched: { readonly db: number; readonly key: string }[] = [];
  dirty = false;
  /** The next command is for a slot that is on its way here. */
  asking = false;
  /** The channel carries a stream, and answers no commands. */
  replica = false;

  constructor(id: number, channel: Channel | undefined) {
    this.id = id;
    this.channel = channel;
  }
}

import { Client } from './client.ts';
import { Failure, type Reply } from './resp.ts';

/** What a script is run by. */
export interface ScriptHost {
  readonly nowMs: number;
  /** Errors that it has replied with since it began. */
  readonly errorCount: number;
  callFromScript(client: Client, words: readonly string[]): Reply;
  /** A script that the model does not know. */
  unknownScript(text: string): Reply;
}

export type Script = (
  server: ScriptHost,
  client: Client,
  keys: readonly string[],
  args: readonly string[],
) => Reply;

/** Calls of a script have a connection of their own as to databases, and end it at their first error. */
export class Calls {
  private readonly server: ScriptHost;
  private readonly client: Client;

  constructor(server: ScriptHost, { id, db }: Client) {
    this.server = server;
    this.client = new Client(id, undefined);
    this.client.db = db;
  }

  call(...words: readonly string[]): Exclude<Reply, Failure> {
    const reply = this.server.callFromScript(this.client, words);
    if (reply instanceof Failure) throw new ScriptEnd(reply);
    return reply;
  }

  /** The same with an error for an answer. */
  pcall(...words: readonly string[]): Reply {
    return this.server.callFromScript(this.client, words);
  }
}

export class ScriptEnd extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.text);
    this.failure = failure;
  }
}

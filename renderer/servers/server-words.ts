import { faultWords } from '../../shared/errors/fault-words.ts';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import type { FoundServer, ServerLook, ServerView } from '../../shared/servers/saved-server.ts';
import type { Tone } from '../../shared/model/tone.ts';
import { sentence } from '../components/sentence.ts';
import { ofServer } from '../setup/connection/of-server.ts';

/** Whether it was reached when somebody looked last, in a word. */
export function reachedWord({ look, secretsMissing }: Pick<ServerView, 'look' | 'secretsMissing'>): {
  readonly word: string;
  readonly tone: Tone;
} {
  if (secretsMissing) return { word: 'Password needed', tone: 'warn' };
  if (look === null) return { word: 'Not looked at', tone: 'calm' };
  return look.fault ? { word: 'Not reached', tone: 'bad' } : { word: 'Reached', tone: 'good' };
}

/** Why the last look failed, on one line. */
export function faultLine({ code, fact }: NonNullable<ServerLook['fault']>): string {
  const title = ofServer(faultWords(code).title);
  return fact === '' ? `${title}.` : `${title}: ${sentence(fact)}`;
}

export const versionWords = ({ product, version }: FoundServer): string => `${product} ${version}`;

export function roleWords({ role, shards }: FoundServer): string {
  if (shards !== null) return `Cluster of ${formatCount(shards)} ${shards === 1 ? 'shard' : 'shards'}`;
  return role === 'primary' ? 'Primary' : 'Replica';
}

export const limitWords = ({ maxMemoryBytes }: FoundServer): string =>
  maxMemoryBytes === null ? '' : maxMemoryBytes === 0 ? 'no limit' : `of ${formatBytes(maxMemoryBytes)}`;

import { LockstepError } from '../../errors/lockstep-error.ts';
import type { ImportReport } from '../../contract/server-requests.ts';
import { readAddresses } from './addresses.ts';
import { readAnotherManager } from './another-manager.ts';
import type { ReadServer, Refusal } from './imported.ts';
import { readOwnExport } from '../server-export.ts';
import { readRedisInsight } from './redis-insight.ts';

/** What a file was taken for, and what it holds. */
export interface ReadImport {
  readonly form: ImportReport['form'];
  readonly servers: readonly ReadServer[];
  readonly refused: readonly Refusal[];
}

/**
 * Reads an export of this program, of RedisInsight (JSON) or of Another Redis Desktop Manager (JSON in base 64), or addresses, one a line.
 * @throws LockstepError URL_INVALID where it is none of these; its text repeats nothing of the file
 */
export function readImport(text: string): ReadImport {
  const parsed = parseJson(text) ?? parseJson(fromBase64(text));
  if (parsed === undefined) return { form: 'addresses', ...readAddresses(text) };
  const own = readOwnExport(parsed);
  if (own) return { form: 'lockstep', ...own };
  const another = readAnotherManager(parsed);
  if (another) return { form: 'another-redis-desktop-manager', ...another };
  const insight = readRedisInsight(parsed);
  if (insight) return { form: 'redisinsight', ...insight };
  throw new LockstepError(
    'URL_INVALID',
    'the file is neither an export of Lockstep, RedisInsight or Another Redis Desktop Manager nor a list of addresses',
  );
}

/** undefined for what is no JSON object or list. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Empty for what is none. */
function fromBase64(text: string): string {
  const bare = text.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(atob(bare), (character) => character.codePointAt(0)!),
    );
  } catch {
    return '';
  }
}

import { LockstepError } from '../errors/lockstep-error.ts';
import { formatAddress } from '../format/address.ts';
import { parsePrimaryName, parseSentinels } from './parse-sentinels.ts';
import { describeGroup, describesGroup, type SentinelAddress } from './sentinel-group.ts';

/** Where a server is said to be, as it is filled in and stored (profile.ts tells the fields). */
export interface ServerAddress {
  readonly kind: 'server' | 'sentinels';
  readonly host: string;
  readonly port: number | null;
  readonly sentinels: string;
  readonly primaryName: string;
}

export const bySentinels = ({ kind }: Pick<ServerAddress, 'kind'>): boolean => kind === 'sentinels';

/** Whether what is filled in for TLS has an effect: it is that of the server, and of the Sentinels that tell where it is. */
export const usesTls = (
  form: Pick<ServerAddress, 'kind'> & { readonly tls: boolean; readonly sentinelTls: boolean },
): boolean => form.tls || (bySentinels(form) && form.sentinelTls);

/** The Sentinels of a form, one a line or with commas or spaces between. @throws LockstepError URL_INVALID, which repeats nothing */
export const sentinelsOf = ({ sentinels }: Pick<ServerAddress, 'sentinels'>): SentinelAddress[] =>
  parseSentinels(linesOf(sentinels).join(','));

/** The same as it is stored: one a line. */
export const sentinelText = (nodes: readonly SentinelAddress[]): string =>
  nodes.map(formatAddress).join('\n');

/** Why the Sentinels of a form cannot be used: a sentence; undefined when they can. */
export function sentinelsProblem(form: Pick<ServerAddress, 'sentinels'>): string | undefined {
  if (linesOf(form.sentinels).length === 0)
    return 'Enter the address of at least one Sentinel, such as 10.0.0.1:26379.';
  return problemOf(() => sentinelsOf(form));
}

/** The same of the name that they know the primary by. */
export function primaryNameProblem({ primaryName }: Pick<ServerAddress, 'primaryName'>): string | undefined {
  const name = primaryName.trim();
  if (name === '') return 'Enter the name that the Sentinels know the primary by, such as mymaster.';
  return problemOf(() => parsePrimaryName(name));
}

/** `host:port`, or `name@sentinel:port,…`; of a form that is not filled in yet as much as there is, empty for nothing. */
export function addressOf(form: ServerAddress): string {
  if (!bySentinels(form))
    return form.host.trim() === '' ? '' : formatAddress({ ...form, host: form.host.trim() });
  const [name, lines] = [form.primaryName.trim(), linesOf(form.sentinels)];
  if (name === '' && lines.length === 0) return '';
  try {
    return describeGroup({ name, nodes: sentinelsOf(form) });
  } catch {
    return `${name}@${lines.join(',')}`;
  }
}

/** A few words for a narrow place: the host, or the name of the primary. */
export const shortAddressOf = (form: ServerAddress): string =>
  bySentinels(form) ? form.primaryName.trim() : form.host.trim();

/** Whether two forms lead to the same server, as far as their addresses tell. Nothing is the same as what is not filled in. */
export function sameAddress(one: ServerAddress, other: ServerAddress): boolean {
  if (one.kind !== other.kind || addressOf(one) === '') return false;
  if (!bySentinels(one)) return addressOf(one).toLowerCase() === addressOf(other).toLowerCase();
  try {
    return describesGroup(addressOf(other), { name: one.primaryName.trim(), nodes: sentinelsOf(one) });
  } catch {
    return false;
  }
}

const linesOf = (text: string): string[] => text.split(/[\s,]+/).filter((part) => part !== '');

function problemOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
  }
}

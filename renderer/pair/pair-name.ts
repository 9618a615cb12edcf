import type { Draft } from '../../shared/model/profile.ts';
import { addressOf } from '../../shared/model/server-address.ts';

/** `10.0.0.5:6379 with 10.0.0.9:6379` */
export function pairName(
  { source, targets }: Pick<Draft, 'source' | 'targets'>,
  between: 'with' | '→' = 'with',
): string {
  const [from, to] = [addressOf(source), targets[0] ? addressOf(targets[0]) : ''];
  if (from === '' && to === '') return 'no servers yet';
  return `${from || 'no source yet'} ${between} ${to || 'no target yet'}`;
}

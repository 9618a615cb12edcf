import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { load } from './loading.ts';
import { Random } from './random.ts';

const PAIRS_PER_COMMAND = 32;

/** Loads `count` strings of `bytes` incompressible bytes each, `key:0000000000` and on, into the endpoint's database. */
export async function loadStrings(endpoint: Endpoint, count: number, bytes: number): Promise<void> {
  const random = new Random(count);
  await load(endpoint, async ({ out, step }) => {
    out.add('SELECT', endpoint.db);
    for (let at = 0; at < count; at += PAIRS_PER_COMMAND) {
      const words: (string | Buffer)[] = ['MSET'];
      const end = Math.min(count, at + PAIRS_PER_COMMAND);
      for (let i = at; i < end; i++) words.push(`key:${String(i).padStart(10, '0')}`, random.bytes(bytes));
      out.addAll(words);
      const wait = step();
      if (wait) await wait;
    }
  });
}

import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { load } from './loading.ts';
import { Random } from './random.ts';

const STRINGS = 200;
const STRING_BYTES = 1024 * 1024;
const HASHES = 5;
const FIELDS = 500_000;
const FIELDS_PER_COMMAND = 200;
const FIELD_VALUE_BYTES = 16;

/**
 * Loads 200 strings of 1 MiB of incompressible bytes and 5 hashes of 500,000 fields into the endpoint's database. A `share`
 * of 0.1 loads a tenth of the strings and of the fields.
 */
export async function loadLarge(endpoint: Endpoint, share = 1): Promise<void> {
  const strings = Math.ceil(STRINGS * share);
  const fields = Math.ceil(FIELDS * share);
  const random = new Random(STRINGS);
  const value = Buffer.allocUnsafeSlow(STRING_BYTES);
  await load(endpoint, async ({ out, step }) => {
    out.add('SELECT', endpoint.db);
    for (let i = 0; i < strings; i++) {
      random.fill(value);
      out.add('SET', `large:string:${i}`, value);
      await step();
    }
    for (let i = 0; i < HASHES; i++) {
      for (let at = 0; at < fields; at += FIELDS_PER_COMMAND) {
        const words: (string | Buffer)[] = ['HSET', `large:hash:${i}`];
        for (let f = at; f < Math.min(fields, at + FIELDS_PER_COMMAND); f++)
          words.push(`field:${f}`, random.bytes(FIELD_VALUE_BYTES));
        out.addAll(words);
        await step();
      }
    }
  });
}

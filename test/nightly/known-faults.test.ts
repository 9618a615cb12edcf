import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { KNOWN_FAULTS } from '../simulator/known-faults.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

it.each(Object.entries(KNOWN_FAULTS))(
  'the simulator finds %s within 1,000 histories',
  async (name, { topology = 'standalone', only, traits = [] }) => {
    const found = await promisify(execFile)(
      process.execPath,
      [
        ...['test/simulator/simulate.ts', '--topology', topology],
        ...(only === undefined ? [] : ['--only', only]),
        ...['--traits', traits.join(',')],
        ...['--seeds', '1000', '--until-found', '--put-back', name],
      ],
      { cwd: ROOT },
    ).catch((error: { readonly code: number; readonly stdout: string }) => error);
    expect(found).toMatchObject({ code: 1, stdout: expect.stringMatching(/^seed \d+: /) });
  },
);

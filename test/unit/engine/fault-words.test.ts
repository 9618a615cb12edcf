import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

const MODULE = path.join(import.meta.dirname, '../../../electron/engine/fault-words.ts');

test.each(['throw fault', 'void Promise.reject(fault)'])(
  'the last words of an engine (%s) name the fault, and no argument of its command',
  (fails) => {
    const program = `
      import { endOnFaults } from ${JSON.stringify(MODULE)};
      endOnFaults();
      const fault = Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['s3cret'] } });
      ${fails};
    `;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    expect(stderr).toContain('Error: WRONGPASS');
    expect(stderr).not.toContain('s3cret');
  },
);

/** What the engine changes of a server's settings is told, listed and set back: so it can be changed in one place alone. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');

/** Files below the folder that send CONFIG SET, or another command that changes how a server works. */
const changing = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file))
    .filter((file) =>
      /(?:call|send)\(\s*'CONFIG',\s*'(?:SET|REWRITE|RESETSTAT)'|redis\.config\(/i.test(
        readFileSync(path.join(root, file), 'utf8'),
      ),
    );

test('settings of servers are changed in control/import-mode.ts alone', () => {
  expect(changing('electron/engine')).toEqual(['electron/engine/control/import-mode.ts']);
  expect(changing('electron/backend')).toEqual([]);
});

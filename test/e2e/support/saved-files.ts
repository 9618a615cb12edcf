import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../../support/eventually.ts';
import type { ElectronWindow } from './electron-window.ts';

/** What the window saves: it asks where, and the answer is given by what would have shown the question. */
export interface SavedFiles {
  /** Clicks, and waits for the file that is saved. */
  save(click: () => Promise<void>): Promise<{ readonly name: string; readonly content: Buffer }>;
  remove(): void;
}

export async function savedFiles({ app }: ElectronWindow): Promise<SavedFiles> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-exports-'));
  await app.evaluate(({ session }, into) => {
    session.defaultSession.on('will-download', (_event, item) =>
      item.setSavePath(`${into}/${item.getFilename()}`),
    );
  }, folder);
  return {
    save: async (click) => {
      const name = app.evaluate(
        ({ session }) =>
          new Promise<string>((resolve) =>
            session.defaultSession.once('will-download', (_event, item) =>
              item.once('done', () => resolve(item.getFilename())),
            ),
          ),
      );
      await click();
      const file = path.join(folder, await name);
      await eventually(`${file} is there`, () => existsSync(file));
      return { name: path.basename(file), content: readFileSync(file) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

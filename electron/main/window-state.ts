import { z } from 'zod';
import { settingsSchema, type Settings } from '../../shared/contract/api.ts';
import type { DocumentStore } from '../backend/ports.ts';
import { boundsSchema } from './window-bounds.ts';

const windowStateSchema = z.object({
  /** Those to which a maximised window returns. */
  bounds: boundsSchema.optional(),
  maximised: z.boolean().default(false),
  /** A copy of the setting, known before the backend has opened its own file: the first paint has its colours. */
  theme: settingsSchema.shape.theme.default('system'),
});
export type WindowState = z.output<typeof windowStateSchema>;

/** How the window was left. A file that cannot be read is worth no more than the defaults. */
export class WindowStates {
  readonly #store: DocumentStore;
  readonly #onFault: (error: unknown) => void;
  #state: WindowState;

  constructor(store: DocumentStore, onFault: (error: unknown) => void) {
    this.#store = store;
    this.#onFault = onFault;
    this.#state = windowStateSchema.parse(this.#read());
  }

  get state(): WindowState {
    return this.#state;
  }

  change(changes: Partial<WindowState>): void {
    this.#state = { ...this.#state, ...changes };
    try {
      this.#store.write(this.#state);
    } catch (error) {
      this.#onFault(error);
    }
  }

  setTheme(theme: Settings['theme']): void {
    if (theme !== this.#state.theme) this.change({ theme });
  }

  #read(): unknown {
    try {
      const read = windowStateSchema.safeParse(this.#store.read() ?? {});
      return read.success ? read.data : {};
    } catch (error) {
      this.#onFault(error);
      return {};
    }
  }
}

import { app, dialog, powerMonitor, type BrowserWindow, type Event } from 'electron';
import type { TaskView } from '../../shared/model/task-view.ts';
import { leavingQuestion, type LeavingQuestion } from './leaving-question.ts';

/** The backend promises to close within 15 s; what still runs then ends with this process. */
const CLOSE_WITHIN_MS = 18_000;

export interface LeavingOptions {
  readonly activeTasks: () => readonly TaskView[];
  /** How many are under way. */
  readonly rehearsals: () => number;
  /** Stops the tasks and stores what is to be stored. */
  readonly close: () => Promise<void>;
  readonly window: () => BrowserWindow | undefined;
  /** While tasks run the window only hides: something else stands for the application. */
  readonly keepsRunning: () => boolean;
  readonly onFault: (error: unknown) => void;
}

/** The way out: asks while tasks run, stops them, and only then lets the application end. */
export class Leaving {
  readonly #options: LeavingOptions;
  #stage: 'running' | 'asking' | 'closing' | 'closed' = 'running';

  constructor(options: LeavingOptions) {
    this.#options = options;
    app.on('before-quit', (event) => this.#onBeforeQuit(event));
    // The machine, or whoever started the application, does not wait for an answer.
    powerMonitor.on('shutdown', (event?: Event) => {
      // Asks the system for the time that stopping at the checkpoints takes.
      event?.preventDefault();
      void this.#close();
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void this.#close());
    // A terminal that is gone ends what it shows; what was started apart from it, as by nohup, goes on.
    const hasTerminal = process.stdout.isTTY || process.stderr.isTTY;
    process.on('SIGHUP', () => {
      if (hasTerminal) void this.#close();
    });
  }

  /** False when the window is to stay: on a Mac, or where tasks go on without it, it only hides; else the application ends with it, if it may. */
  mayClose(window: BrowserWindow): boolean {
    if (this.#stage === 'closed') return true;
    const stays = this.#options.keepsRunning() && this.#options.activeTasks().length > 0;
    if ((stays || process.platform === 'darwin') && this.#stage === 'running') window.hide();
    else app.quit();
    return false;
  }

  #onBeforeQuit(event: Event): void {
    if (this.#stage === 'closed') return;
    event.preventDefault();
    if (this.#stage === 'running') void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#stage = 'asking';
    const { activeTasks, rehearsals, window } = this.#options;
    const question = leavingQuestion(activeTasks(), rehearsals());
    if (question && !(await confirm(question, window()))) {
      // Unless a signal has decided meanwhile.
      if (this.#stage === 'asking') this.#stage = 'running';
      return;
    }
    await this.#close();
  }

  async #close(): Promise<void> {
    if (this.#stage === 'closing' || this.#stage === 'closed') return;
    this.#stage = 'closing';
    this.#options.window()?.hide();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_WITHIN_MS)));
    try {
      await Promise.race([this.#options.close(), late]);
    } catch (error) {
      this.#options.onFault(error);
    }
    clearTimeout(timer);
    this.#stage = 'closed';
    app.quit();
  }
}

const QUIT = 0;
const CANCEL = 1;

async function confirm(
  { message, detail, leave }: LeavingQuestion,
  window: BrowserWindow | undefined,
): Promise<boolean> {
  const question = {
    type: 'question' as const,
    title: 'Lockstep',
    ...{ message, detail },
    buttons: [leave, 'Cancel'],
    defaultId: CANCEL,
    cancelId: CANCEL,
    noLink: true,
  };
  // Behind one that is hidden nobody would see it.
  const { response } = window?.isVisible()
    ? await dialog.showMessageBox(window, question)
    : await dialog.showMessageBox(question);
  return response === QUIT;
}

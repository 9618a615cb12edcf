import { BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import { PAGE_URL } from './page-protocol.ts';
import { placeWindow, SMALLEST } from './window-bounds.ts';
import type { WindowStates } from './window-state.ts';

const SAVE_DELAY_MS = 500;
/** Shown by then, even if the page has painted nothing. */
const SHOW_AT_LATEST_MS = 5000;
/** A page that breaks so often, so soon, breaks again. */
const MOST_RELOADS = 3;
const RELOADS_WITHIN_MS = 60_000;

/** As the page's own background, so that nothing flashes before its first paint. */
const BACKGROUND = { light: '#ffffff', dark: '#242424' } as const;

export interface MainWindowOptions {
  readonly preload: string;
  readonly packaged: boolean;
  readonly states: WindowStates;
  /** Told of every window's contents before its page is loaded. */
  readonly onContents: (contents: WebContents) => void;
  /** Asked before the window closes; false keeps it open. */
  readonly mayClose: (window: BrowserWindow) => boolean;
  /** The page's process ended; `reloaded` says whether the page is back. */
  readonly onPageGone: (reason: string, reloaded: boolean) => void;
}

/** The one window of the application: at most one is open. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | undefined;
  #reloadedAtMs: number[] = [];

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  get current(): BrowserWindow | undefined {
    return this.#window;
  }

  /** Opens the window, or brings the open one to the front. */
  show(): void {
    const window = this.#window;
    if (!window) return this.#open();
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  #open(): void {
    const { states, preload, packaged, mayClose, onContents } = this.#options;
    const window = new BrowserWindow({
      ...placeWindow(
        states.state.bounds,
        screen.getAllDisplays().map(({ workArea }) => workArea),
      ),
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      title: 'Lockstep',
      show: false,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        devTools: !packaged,
      },
    });
    this.#window = window;
    if (states.state.maximised) window.maximize();
    showWhenPainted(window);
    this.#keepState(window);
    window.on('close', (event) => {
      if (!mayClose(window)) event.preventDefault();
    });
    window.on('closed', () => (this.#window = undefined));
    confine(window.webContents);
    this.#reloadWhenGone(window);
    onContents(window.webContents);
    void window.loadURL(PAGE_URL);
  }

  #keepState(window: BrowserWindow): void {
    let timer: NodeJS.Timeout | undefined;
    const save = (): void => {
      clearTimeout(timer);
      timer = undefined;
      this.#options.states.change({ bounds: window.getNormalBounds(), maximised: window.isMaximized() });
    };
    const saveSoon = (): void => void (timer ??= setTimeout(save, SAVE_DELAY_MS));
    window.on('resize', saveSoon);
    window.on('move', saveSoon);
    window.on('maximize', saveSoon);
    window.on('unmaximize', saveSoon);
    window.on('close', save);
    window.on('closed', () => clearTimeout(timer));
  }

  #reloadWhenGone(window: BrowserWindow): void {
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || window.isDestroyed()) return;
      const now = performance.now();
      this.#reloadedAtMs = this.#reloadedAtMs.filter((atMs) => now - atMs < RELOADS_WITHIN_MS);
      const again = this.#reloadedAtMs.length < MOST_RELOADS;
      this.#options.onPageGone(reason, again);
      if (!again) return;
      this.#reloadedAtMs.push(now);
      window.webContents.reload();
    });
  }
}

function showWhenPainted(window: BrowserWindow): void {
  const show = (): void => {
    clearTimeout(timer);
    if (!window.isDestroyed() && !window.isVisible()) window.show();
  };
  const timer = setTimeout(show, SHOW_AT_LATEST_MS);
  window.once('ready-to-show', show);
  window.once('closed', () => clearTimeout(timer));
}

/** The page is all there is: it neither leaves its origin, nor opens another window, nor holds another page. */
function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

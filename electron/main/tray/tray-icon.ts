import { Menu, nativeImage, Tray, type NativeImage } from 'electron';
import type { TaskView } from '../../../shared/model/task-view.ts';
import type { Tone } from '../../../shared/model/tone.ts';
import { trayBitmap } from './tray-bitmap.ts';
import { trayModel, type TrayModel } from './tray-model.ts';

const SIDE = 22;
const LOOK_EVERY_MS = 5000;

export interface TrayActions {
  readonly tasks: () => readonly TaskView[];
  readonly open: () => void;
  readonly showTask: (id: string) => void;
  /** Asks where tasks run. */
  readonly quit: () => void;
}

/** Stands for the application while its window may be closed: the worst state as its colour, and a line for each task. */
export class TrayIcon {
  readonly #actions: TrayActions;
  #tray: Tray | undefined;
  #timer: NodeJS.Timeout | undefined;
  #shown = '';

  constructor(actions: TrayActions) {
    this.#actions = actions;
  }

  /** What it says now, for who looks at it from outside; undefined while it is not there. */
  get model(): TrayModel | undefined {
    return this.#tray ? trayModel(this.#actions.tasks(), Date.now()) : undefined;
  }

  show(): void {
    if (this.#tray) return;
    this.#tray = new Tray(imageOf('calm'));
    this.#tray.on('click', this.#actions.open);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  remove(): void {
    clearInterval(this.#timer);
    this.#tray?.destroy();
    this.#tray = undefined;
    this.#shown = '';
  }

  /** A menu that is set anew closes under the mouse: only when it says something else. */
  #look(): void {
    const { model } = this;
    const text = JSON.stringify(model);
    if (!model || text === this.#shown) return;
    this.#shown = text;
    this.#tray?.setImage(imageOf(model.tone));
    this.#tray?.setToolTip(model.tooltip);
    this.#tray?.setContextMenu(this.#menuOf(model));
  }

  #menuOf({ lines, more }: TrayModel): Menu {
    const { open, showTask, quit } = this.#actions;
    return Menu.buildFromTemplate([
      ...lines.map(({ id, text }) => ({ label: plain(text), click: () => showTask(id) })),
      ...(more > 0 ? [{ label: `and ${more} more`, click: open }] : []),
      ...(lines.length > 0 ? [{ type: 'separator' as const }] : []),
      { label: 'Open Lockstep', click: open },
      { type: 'separator' },
      { label: 'Quit', click: quit },
    ]);
  }
}

/** A single & would mark a letter. */
const plain = (label: string): string => label.replaceAll('&', '&&');

function imageOf(tone: Tone): NativeImage {
  const image = nativeImage.createFromBitmap(trayBitmap(tone, SIDE), { width: SIDE, height: SIDE });
  image.addRepresentation({
    ...{ scaleFactor: 2, width: SIDE * 2, height: SIDE * 2 },
    buffer: nativeImage
      .createFromBitmap(trayBitmap(tone, SIDE * 2), { width: SIDE * 2, height: SIDE * 2 })
      .toPNG(),
  });
  return image;
}

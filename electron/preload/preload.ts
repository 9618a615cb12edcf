import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import {
  CHANNEL_CLOSED,
  CHANNEL_RECEIVED,
  CHANNEL_TO_HOST,
  CHANNEL_TO_PAGE,
  type WindowBridge,
} from '../../shared/window-bridge.ts';

/** Listens to a channel. @returns a function that ends that: a page that connects again leaves nothing behind */
function listen(channel: string, listener: (frame: unknown) => void): () => void {
  const onMessage = (_event: IpcRendererEvent, frame: unknown): void => listener(frame);
  ipcRenderer.on(channel, onMessage);
  return () => void ipcRenderer.off(channel, onMessage);
}

const bridge: WindowBridge = {
  send: (frame) => ipcRenderer.send(CHANNEL_TO_HOST, frame),
  onFrame: (listener) => listen(CHANNEL_TO_PAGE, listener),
  onClose: (listener) => listen(CHANNEL_CLOSED, () => listener()),
};

// Apart from the page's listeners: a page that has none yet still takes what is sent.
ipcRenderer.on(CHANNEL_TO_PAGE, () => ipcRenderer.send(CHANNEL_RECEIVED));

contextBridge.exposeInMainWorld('lockstep', bridge);

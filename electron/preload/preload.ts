import { contextBridge, ipcRenderer } from 'electron';
import {
  CHANNEL_CLOSED,
  CHANNEL_RECEIVED,
  CHANNEL_TO_HOST,
  CHANNEL_TO_PAGE,
  type WindowBridge,
} from '../../shared/window-bridge.ts';

const bridge: WindowBridge = {
  send: (frame) => ipcRenderer.send(CHANNEL_TO_HOST, frame),
  onFrame: (listener) => {
    ipcRenderer.on(CHANNEL_TO_PAGE, (_event, frame: unknown) => listener(frame));
  },
  onClose: (listener) => {
    ipcRenderer.on(CHANNEL_CLOSED, () => listener());
  },
};

// Apart from the page's listeners: a page that has none yet still takes what is sent.
ipcRenderer.on(CHANNEL_TO_PAGE, () => ipcRenderer.send(CHANNEL_RECEIVED));

contextBridge.exposeInMainWorld('lockstep', bridge);

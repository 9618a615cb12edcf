import { contextBridge, ipcRenderer } from 'electron';
import {
  CHANNEL_CLOSED,
  CHANNEL_RECEIVED,
  CHANNEL_TO_HOST,
  CHANNEL_TO_PAGE,
  type WindowBridge,
} from '../../shared/window-bridge.ts';

let toPage: (frame: unknown) => void = () => undefined;
let closed: () => void = () => undefined;

const bridge: WindowBridge = {
  send: (frame) => ipcRenderer.send(CHANNEL_TO_HOST, frame),
  onFrame: (listener) => {
    toPage = listener;
  },
  onClose: (listener) => {
    closed = listener;
  },
};

ipcRenderer.on(CHANNEL_TO_PAGE, (_event, frame: unknown) => {
  // First: a page that has no listener yet, or one that fails, still takes what is sent.
  ipcRenderer.send(CHANNEL_RECEIVED);
  toPage(frame);
});
ipcRenderer.on(CHANNEL_CLOSED, () => closed());

contextBridge.exposeInMainWorld('lockstep', bridge);

import { contextBridge, ipcRenderer } from 'electron';
import { CHANNEL_TO_HOST, CHANNEL_TO_PAGE, type WindowBridge } from '../../shared/window-bridge.ts';

const bridge: WindowBridge = {
  send: (frame) => ipcRenderer.send(CHANNEL_TO_HOST, frame),
  onFrame: (listener) => {
    ipcRenderer.on(CHANNEL_TO_PAGE, (_event, frame: unknown) => listener(frame));
  },
};

contextBridge.exposeInMainWorld('lockstep', bridge);

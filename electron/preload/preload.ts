import { contextBridge } from 'electron';
import { VERSION_ARGUMENT, type WindowBridge } from '../../shared/window-bridge.ts';

const version = process.argv.find((argument) => argument.startsWith(VERSION_ARGUMENT));

const bridge: WindowBridge = { version: version?.slice(VERSION_ARGUMENT.length) ?? '' };

contextBridge.exposeInMainWorld('lockstep', bridge);

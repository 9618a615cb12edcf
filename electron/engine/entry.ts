import { runEngine } from './engine.ts';
import { openPort } from './port.ts';

runEngine(openPort());

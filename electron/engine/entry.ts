import { runEngine } from './engine.ts';
import { endOnFaults } from './fault-words.ts';
import { openPort } from './port.ts';

endOnFaults();
runEngine(openPort());

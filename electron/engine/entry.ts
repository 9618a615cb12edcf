import { runEngine } from './engine.ts';
import { endOnFaults } from './fault-words.ts';
import { openPort } from './port.ts';
import { systemWorld } from './world/system-world.ts';

endOnFaults();
runEngine(openPort(systemWorld.clock), systemWorld);

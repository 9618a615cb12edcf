import { testStops } from '../support/stops.ts';

// One of each kind, and more often in the night.
testStops(2);

import { testKills } from '../support/kills.ts';

// Each victim once, and more often in the night.
testKills(4);

/** Vitest global setup of the integration tests: they run the command line as it was built. */
export { ensureBuild as setup } from '../build/freshness.mjs';

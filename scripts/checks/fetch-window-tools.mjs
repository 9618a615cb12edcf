/** Has what the tests of the window need ready before they ask for it. What cannot be had is told when they do. */
import { ensureWindowTools } from '../bootstrap/window-tools.mjs';

await ensureWindowTools();

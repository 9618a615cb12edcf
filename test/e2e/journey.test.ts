import { openBrowser, openDesktop } from './support/application.ts';
import { describeBrowser, describeWindow } from './support/window-tools.ts';
import { journey } from './journey/journey.ts';

describeWindow('a synchronisation in the window', () => journey('window', openDesktop));
describeBrowser('a synchronisation in a browser', () => journey('browser', openBrowser));

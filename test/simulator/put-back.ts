import { registerHooks } from 'node:module';
import { KNOWN_FAULTS } from './known-faults.ts';

/** Brings a known fault back into whatever is imported from here on. @throws where there is none by that name, or its place is gone */
export function putBack(name: string): void {
  const fault = KNOWN_FAULTS[name];
  if (!fault) throw new Error(`there is no fault ${name}; there are ${Object.keys(KNOWN_FAULTS).join(', ')}`);
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (!url.endsWith(`/${fault.file}`)) return loaded;
      const source = String(loaded.source);
      if (source.split(fault.text).length !== 2)
        throw new Error(`${fault.file} has changed: the fault ${name} has no place there any more`);
      return { ...loaded, source: source.replace(fault.text, fault.instead) };
    },
  });
}

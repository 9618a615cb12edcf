import { createElement, use, type ComponentType, type ReactElement } from 'react';

export interface Later<Props extends object> {
  /** Suspends until it is here, and not at all once it is. */
  readonly Page: (props: Props) => ReactElement;
  /** @returns the same promise until that is rejected: the next one asks anew */
  readonly load: () => Promise<ComponentType<Props>>;
}

/** A page whose code is fetched when it is opened, or before. */
export function later<Props extends object>(fetchPage: () => Promise<ComponentType<Props>>): Later<Props> {
  let here: ComponentType<Props> | undefined;
  let coming: Promise<ComponentType<Props>> | undefined;
  const load = (): Promise<ComponentType<Props>> => {
    coming ??= fetchPage().then(
      (page) => (here = page),
      (error: unknown) => {
        coming = undefined;
        throw error;
      },
    );
    return coming;
  };
  const Page = (props: Props): ReactElement => createElement(here ?? use(load()), props);
  return { Page, load };
}

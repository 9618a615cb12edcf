type Subscribe<Told extends readonly unknown[]> = (listener: (...told: Told) => void) => () => void;

/**
 * Subscribes listeners that draw: nobody looks at a hidden page, so of all that happens meanwhile they are told the last,
 * when the page is seen again.
 */
export const whileSeen =
  <Told extends readonly unknown[]>(subscribe: Subscribe<Told>): Subscribe<Told> =>
  (listener) => {
    let missed: Told | undefined;
    const end = subscribe((...told) => {
      if (document.hidden) missed = told;
      else listener(...told);
    });
    const follow = (): void => {
      if (document.hidden || !missed) return;
      const told = missed;
      missed = undefined;
      listener(...told);
    };
    document.addEventListener('visibilitychange', follow);
    return () => {
      end();
      document.removeEventListener('visibilitychange', follow);
    };
  };

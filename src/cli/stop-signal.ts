/** What has the process end by itself: `kubectl delete`, Ctrl-C. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** A second signal means now; the code is that of a failure, as nothing was finished. */
const IMPATIENT = 1;

/**
 * Aborted by the first signal to end, so that what was begun can be finished. The second one ends the process at once.
 *
 * @returns the signal, and what forgets about it
 */
export function stopSignal(): { readonly signal: AbortSignal; readonly forget: () => void } {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(IMPATIENT);
    stop.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: stop.signal,
    forget: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

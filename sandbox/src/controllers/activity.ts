/** Counts what is under way and will end by itself soon; rechecks that lie far ahead do not count. */
export interface Activity {
  begin(): void
  end(): void
  idle(): boolean
}

export function createActivity(): Activity {
  let under = 0
  return {
    begin: () => void under++,
    end: () => void under--,
    idle: () => under === 0,
  }
}

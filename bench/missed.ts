import type { Target } from './judge/targets.ts'

/** Prints which targets were missed. The process will exit with 1 when one of them is a gate. */
export function tellMissed(targets: readonly Target[], seconds: string): void {
  const missed = targets.filter(({ met }) => !met)
  console.log(`${targets.length - missed.length} of ${targets.length} targets met in ${seconds} s`)
  for (const { what, limit, measured } of missed) console.log(`MISSED  ${what}: ${measured}, not ${limit}`)
  process.exitCode = missed.some(({ ci }) => ci) ? 1 : 0
}

/** What clients were told, by the version that answered and the status. */
export interface Tally {
  sent: number
  /** Version '-' is the gateway itself, or nobody. A request without an answer has the error's code as its status. */
  answers: Record<string, Record<string, number>>
  /** Those that were no 2xx; the first thousand. Times in milliseconds since 1970. */
  failures: { at: number; version: string; status: string }[]
}

const KEPT_FAILURES = 1_000

export function emptyTally(): Tally {
  return { sent: 0, answers: {}, failures: [] }
}

export function count(tally: Tally, at: number, version: string, status: string): void {
  const byStatus = tally.answers[version] ?? {}
  tally.answers[version] = byStatus
  byStatus[status] = (byStatus[status] ?? 0) + 1
  if (!status.startsWith('2') && tally.failures.length < KEPT_FAILURES) tally.failures.push({ at, version, status })
}

/** Answers of the version; of all of them without one. */
export function answersOf(tally: Tally, version?: string): number {
  return sum(tally, version, () => true)
}

/** Answers that were no 2xx, of the version or of all. */
export function badOf(tally: Tally, version?: string): number {
  return sum(tally, version, (status) => !status.startsWith('2'))
}

function sum(tally: Tally, version: string | undefined, wanted: (status: string) => boolean): number {
  const versions = version === undefined ? Object.values(tally.answers) : [tally.answers[version] ?? {}]
  const entries = versions.flatMap((byStatus) => Object.entries(byStatus))
  return entries.filter(([status]) => wanted(status)).reduce((total, [, requests]) => total + requests, 0)
}

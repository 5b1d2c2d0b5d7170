/** What the process says when it ends. Documented in `serin status --help` and relied on by CI: never renumber. */
export const exit = {
  /** Done; for `status`: promoted, or healthy at the present template. */
  ok: 0,
  /** Refused, rolled back, aborted, degraded; for `lint`: errors found. */
  failed: 1,
  /** Not there yet when the time was up. */
  timedOut: 2,
  /** Bad usage, nothing of that name, or no way to ask the cluster. */
  usage: 3,
} as const

export type ExitCode = (typeof exit)[keyof typeof exit]

/** An expected failure: one sentence saying what is wrong and where, and lines saying what to do about it. */
export class CliError extends Error {
  readonly code: ExitCode
  readonly advice: readonly string[]
  constructor(message: string, advice: readonly string[] = [], code: ExitCode = exit.usage) {
    super(message)
    this.name = 'CliError'
    this.code = code
    this.advice = advice
  }
}

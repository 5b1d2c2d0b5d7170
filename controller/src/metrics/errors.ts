/**
 * Why a source gave no numbers.
 * down: no answer, or 5xx. limited: too many requests. refused: it does not let us in (or the address is not allowed). These are the source's,
 * count for its breaker, and runs wait. query: it does not understand the query; shape: its answer is not what the query should give. These are the template's.
 */
export type SourceFault = 'down' | 'limited' | 'refused' | 'query' | 'shape'

export class SourceError extends Error {
  readonly fault: SourceFault
  /** Not before so many milliseconds from now. */
  readonly retryAfterMs: number | undefined
  /** `message`: a sentence for people, without secrets, with what to do where that is known. */
  constructor(fault: SourceFault, message: string, options: { retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.fault = fault
    this.retryAfterMs = options.retryAfterMs
  }
}

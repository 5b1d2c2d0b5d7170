export type HistogramErrorCode = 'negative-observations' | 'bad-upper' | 'bad-count' | 'bad-observation'

/** A histogram that cannot be read: `code` is stable, the message is a sentence for a person. */
export class HistogramError extends Error {
  readonly code: HistogramErrorCode

  constructor(code: HistogramErrorCode, message: string) {
    super(message)
    this.name = 'HistogramError'
    this.code = code
  }
}

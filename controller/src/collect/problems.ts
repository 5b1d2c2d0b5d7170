import { SourceError } from '../metrics/errors.ts'
import { TemplateError } from '../metrics/template.ts'
import type { CollectProblem } from './collected.ts'
import { PatternError } from './podPatternParser.ts'

/** A metric cannot be measured as it is written, or its source is missing. The message says what is wrong and what to write. */
export class MetricProblem extends Error {
  override readonly name = 'MetricProblem'
  readonly kind: 'Query' | 'Missing'

  constructor(kind: 'Query' | 'Missing', because: string) {
    super(because)
    this.kind = kind
  }
}

/** What a thrown error says of a metric. What is nobody's expected error is thrown on. */
export function problemOf(error: unknown, metric: string, source?: string): CollectProblem {
  const at = { metric, ...(source === undefined ? {} : { source }) }
  if (error instanceof MetricProblem) return { ...at, kind: error.kind, because: error.message }
  if (error instanceof TemplateError || error instanceof PatternError) return { ...at, kind: 'Query', because: error.message }
  if (!(error instanceof SourceError)) throw error
  switch (error.fault) {
    case 'query':
    case 'shape':
      return { ...at, kind: 'Query', because: error.message }
    case 'down':
    case 'limited':
    case 'refused': {
      const { message, retryAfterMs } = error
      return { ...at, kind: 'SourceDown', because: message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
    }
  }
}

/** Sentences about numbers that were left out: each kind is said once, with its first example. */
export class Remarks {
  readonly #said = new Map<string, string>()

  say(kind: string, sentence: () => string): void {
    if (!this.#said.has(kind)) this.#said.set(kind, sentence())
  }

  get sentences(): readonly string[] {
    return [...this.#said.values()]
  }
}

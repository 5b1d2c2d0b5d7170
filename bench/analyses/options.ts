import { parseArgs } from 'node:util'

export interface Options {
  readonly analyses: number
  /** Seconds. */
  readonly interval: number
  /** Intervals that are measured, once every analysis has learned from the past. */
  readonly intervals: number
  /** How far back each analysis looks before its first interval, as a duration. */
  readonly history: string
  readonly plane: { readonly kind: 'real' | 'embedded' } | { readonly kind: 'given'; readonly kubeconfig: string }
  /** Where a CPU profile of the controller is written. */
  readonly profile?: string
}

export const usual = { analyses: 1000, interval: 60, intervals: 5, history: '12h' } as const

/** Throws an Error with a sentence for arguments that make no sense. */
export function readOptions(args: readonly string[], kubeconfig: string | undefined): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      analyses: { type: 'string', default: `${usual.analyses}` },
      interval: { type: 'string', default: `${usual.interval}` },
      intervals: { type: 'string', default: `${usual.intervals}` },
      history: { type: 'string', default: usual.history },
      embedded: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  })
  const { history, embedded, profile } = values
  if (!/^\d+(h|m|s)$/.test(history)) throw new Error(`--history ${history}: write a duration like 12h, or 0s for none`)
  return {
    analyses: whole('analyses', values.analyses),
    interval: whole('interval', values.interval),
    intervals: whole('intervals', values.intervals),
    history,
    plane: embedded ? { kind: 'embedded' } : kubeconfig ? { kind: 'given', kubeconfig } : { kind: 'real' },
    ...(profile === undefined ? {} : { profile }),
  }
}

function whole(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 1_000_000) throw new Error(`--${name} ${text}: write a whole number from 1 on`)
  return value
}

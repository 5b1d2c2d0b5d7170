import type { Clock } from '../clock.ts'

/** Everything a verb may touch of the world besides the cluster. Tests give their own, so a verb runs without a process. */
export interface Io {
  out(text: string): void
  err(text: string): void
  /** The whole of standard input. */
  stdin(): Promise<string>
  /** Standard input as it comes; left out: it can only be had as a whole. */
  stdinPieces?(): AsyncIterable<string>
  /** Whether nobody reads the output any more (`| head -1`): going on is of no use. */
  unread?(): boolean
  isTty: boolean
  columns: number
  rows: number
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  /** Aborted when the person has had enough (Ctrl-C). */
  signal: AbortSignal
}

/** How a terminal wants to be written to. */
export interface Look {
  colour: boolean
  /** Box drawing, blocks and ticks; else plain ASCII. */
  unicode: boolean
  /** Lines are cut to this many characters; 0: never cut. */
  columns: number
}

/** Colours only on a terminal, and not where NO_COLOR is set to anything or the terminal is dumb. */
export function lookOf(io: Pick<Io, 'isTty' | 'columns' | 'env'>): Look {
  const { env } = io
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return {
    colour: io.isTty && !env.NO_COLOR && env.TERM !== 'dumb',
    unicode: /utf-?8/i.test(locale),
    columns: io.isTty ? io.columns : 0,
  }
}

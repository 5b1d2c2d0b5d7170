import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { beginTable, endTable, feedTable, type Interval, type JudgeRecord, ReadError, type TableOptions } from '@serin/analysis'
import { CliError } from '../exit.ts'
import type { Io } from '../io.ts'

/** How many notes about an input are worth a person's while. */
const mostNotes = 20

export interface TableRead {
  readonly record?: JudgeRecord | undefined
}

/** What is known of an interval besides itself. */
export interface More {
  /** The input ends with it. False: nobody knows. */
  readonly last: boolean
  readonly record?: JudgeRecord | undefined
}

/** Takes intervals in ascending order, one at a time. */
export type Take = (interval: Interval, more: More) => void | Promise<void>

/**
 * Reads a table or record from a file or standard input (`-`), rows in any order. With `live` what comes through a pipe gives every interval as
 * soon as it is complete, and rows that come too late for theirs are an error; a file is sorted all the same. Notes go to standard error. What
 * cannot be read is a CliError that names the line; what came before it has been given.
 */
export async function readTable(
  io: Io,
  path: string,
  { live = false, ...options }: TableOptions & { readonly live?: boolean },
  take: Take,
): Promise<TableRead> {
  const source = path === '-' ? 'standard input' : path
  const named = path === '-' ? '' : `${path}, `
  const stopped = () => io.unread?.() === true || io.signal.aborted
  let notes = 0
  const say = (note: string) => {
    notes++
    if (notes <= mostNotes) io.err(`note: ${named}${note}\n`)
    if (notes === mostNotes + 1) io.err('note: further notes are left out\n')
  }
  let state = beginTable({ ...options, order: live && !(await isFile(path)) ? 'live' : 'any' })
  let number = 0
  let any = false
  try {
    for await (const line of lines(pieces(io, path))) {
      if (stopped()) break
      number++
      if (number === 1) checkText(line, source)
      const fed = feedTable(state, line, number)
      state = fed.state
      fed.notes.forEach(say)
      for (const interval of fed.closed) {
        any = true
        await take(interval, { last: false })
      }
    }
    // Half a document is none.
    if (stopped() && state.format === 'document') return {}
    const { closed, notes: last, record } = endTable(state)
    last.forEach(say)
    if (!any && closed.length === 0 && !stopped())
      throw new CliError(`${source} is empty: there is nothing to judge`, [
        'Write one JSON object a line, CSV with a header, or a record; --help shows how.',
      ])
    for (const [at, interval] of closed.entries()) {
      if (io.unread?.() === true) break
      await take(interval, { last: at === closed.length - 1, record })
    }
    return { record }
  } catch (error) {
    if (error instanceof ReadError) throw new CliError(`${named}${error.message}`, error.unsorted ? [sorting] : [])
    throw error
  }
}

const sorting = 'Rows may stand in any order in a file (-f), and in standard input without --each.'

/** All of a file or of standard input. */
export async function wholeInput(io: Io, path: string): Promise<string> {
  let text = ''
  for await (const piece of pieces(io, path)) text += piece
  return text
}

/** A pipe or device is none, whatever its name. What is not there is found out by reading it. */
async function isFile(path: string): Promise<boolean> {
  if (path === '-') return false
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

function checkText(firstLine: string, source: string): void {
  if (/[\0\uFFFD]/.test(firstLine))
    throw new CliError(`${source} is no text`, ['Write one JSON object a line, or CSV with a header; unpack it first if it is packed.'])
}

function pieces(io: Io, path: string): AsyncIterable<string> {
  if (path !== '-') return fromFile(path)
  return io.stdinPieces?.() ?? whole(io.stdin)
}

async function* whole(stdin: () => Promise<string>): AsyncGenerator<string> {
  yield await stdin()
}

async function* fromFile(path: string): AsyncGenerator<string> {
  try {
    for await (const piece of createReadStream(path, 'utf8')) yield String(piece)
  } catch (error) {
    throw new CliError(`-f ${path}: ${fileTrouble(error)}`)
  }
}

/** Why a file cannot be read or written, as the end of a sentence. */
export function fileTrouble(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return 'there is no such file'
    case 'EISDIR':
      return 'is a folder: name a file in it'
    case 'EACCES':
      return 'you are not allowed to'
    default:
      return `cannot be used (${code ?? message})`
  }
}

/** Text in pieces, cut at line breaks; the last line need not have one. */
async function* lines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of pieces) {
    const parts = piece.split('\n')
    parts[0] = rest + (parts[0] ?? '')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

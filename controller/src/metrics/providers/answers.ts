import type { z } from 'zod'
import { SourceError } from '../errors.ts'
import type { SourceResponse } from '../provider.ts'

/** How one vendor's answers are spoken of: its name, and the values that must not stand in a sentence. */
export interface Speaker {
  readonly vendor: string
  readonly secrets: readonly string[]
}

const longest = 400

/** A vendor's own sentence, on one line, without the given secrets, and not too long. */
export function sentence(text: string, secrets: readonly string[]): string {
  const hidden = (words: string) => secrets.reduce((clean, secret) => (secret.length > 3 ? clean.replaceAll(secret, '***') : clean), words)
  // Again on the one line: it may have brought the parts of one together.
  const clean = hidden(
    hidden(text)
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
  )
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean
}

/** Parses JSON of a known shape. Throws a SourceError (shape) that says what is there instead. */
export function readJson<S extends z.ZodType>(schema: S, response: SourceResponse, { vendor }: Speaker): z.output<S> {
  const json = parseJson(response.text)
  if (json === undefined)
    throw new SourceError('shape', `${vendor} answered with ${looksLike(response)} and not with JSON: check the address of the source`)
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : ''
  throw new SourceError('shape', `${vendor} answered with JSON of another shape than it documents${where}: check the address of the source`)
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * What an answer that is not 2xx means. `said`: the vendor's own sentence in it, if one was found; it then understood who asks, and blames the query.
 */
export function failure(response: SourceResponse, said: string | undefined, { vendor, secrets }: Speaker): SourceError {
  const { status } = response
  if (status === 401 || status === 403)
    return new SourceError('refused', `${vendor} refused the request (${status})${words(said, secrets)}`)
  if (status === 429) return new SourceError('limited', `${vendor} takes no more requests for now (429)${words(said, secrets)}`)
  if (status >= 500 || status === 408) return new SourceError('down', `${vendor} failed (${status})${words(said, secrets)}`)
  if (status >= 300 && status < 400) {
    return new SourceError(
      'refused',
      `${vendor} answered with a redirect (${status}), which is not followed: write the address it leads to`,
    )
  }
  if (said) return new SourceError('query', `${vendor}: ${sentence(said, secrets)}`)
  return new SourceError('shape', `${vendor} answered ${status} with ${looksLike(response)}: check the address of the source`)
}

const words = (said: string | undefined, secrets: readonly string[]) => (said ? `: ${sentence(said, secrets)}` : '')

export const ok = (response: SourceResponse) => response.status >= 200 && response.status < 300

function looksLike({ text, headers }: SourceResponse): string {
  const start = text.trimStart().slice(0, 15).toLowerCase()
  if (start === '') return 'nothing'
  if (start.startsWith('<!doctype html') || start.startsWith('<html') || headers['content-type']?.startsWith('text/html'))
    return 'a page of HTML'
  return start.startsWith('{') || start.startsWith('[') ? 'JSON' : 'text'
}

/** An address below another, whose own path and query stay. Values are encoded. */
export function below(base: string, path: string, params: readonly (readonly [string, string])[] = []): string {
  const url = new URL(base)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  for (const [name, value] of params) url.searchParams.append(name, value)
  return url.href
}

import { SourceError } from '../errors.ts'
import { atPointer } from '../jsonPointer.ts'
import type { Provider, SourceRequest } from '../provider.ts'
import { signature, signatureHeader } from '../signature.ts'
import { parseJson } from './answers.ts'

const mostNumbers = 1000

/** Any service that answers with JSON. True counts as 1, false as 0; a list gives several numbers. */
export const web: Provider<'web'> = {
  kind: 'web',
  language: 'none',
  counters: 'delta',
  arms: 'each',
  lagMs: 15_000,
  async values({ query }, call) {
    const { spec } = call
    const request: SourceRequest = spec.method === 'GET' ? { method: 'GET', url: addressFor(spec.url, query) } : posted(spec.url, query)
    const headers: Record<string, string> = { ...request.headers }
    if (spec.hmacSecretRef) {
      const key = await call.secret(spec.hmacSecretRef)
      const url = new URL(request.url)
      headers[signatureHeader] = signature(key, request.body ?? url.pathname + url.search, call.now)
    }
    const response = await call.send({ ...request, headers })
    const { origin } = new URL(spec.url)
    if (response.status === 400 || response.status === 422)
      throw new SourceError('query', `${origin} does not take the query: it answered ${response.status}`)
    if (response.status < 200 || response.status >= 300)
      throw new SourceError('shape', `${origin} answered ${response.status}: is the path of the query right?`)
    const document = parseJson(response.text)
    if (document === undefined)
      throw new SourceError('shape', `${origin} answered with ${response.text === '' ? 'nothing' : 'something that is not JSON'}`)
    return readNumbers(atPointer(document, spec.pointer), spec.pointer)
  },
}

function posted(url: string, query: string): SourceRequest {
  if (parseJson(query) === undefined)
    throw new SourceError('query', 'the query is sent as the body and is not JSON: write JSON, or method: GET in the source')
  return { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: query }
}

function readNumbers(value: unknown, pointer: string): number[] {
  const where = pointer === '' ? 'the answer' : `${pointer} of the answer`
  if (value === undefined) throw new SourceError('shape', `there is no ${where}: look at the pointer of the source`)
  const all = Array.isArray(value) ? value : [value]
  if (all.length > mostNumbers) throw new SourceError('shape', `${where} holds more than ${mostNumbers} numbers`)
  return all.map((each: unknown) => {
    const number = readNumber(each)
    if (number === undefined) throw new SourceError('shape', `${where} is no number, no text of a number, and neither true nor false`)
    return number
  })
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string') return undefined
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value.trim())) return Number(value)
  return value === 'NaN' ? Number.NaN : undefined
}

/**
 * The query of a metric behind the address of a source: as a query string where it begins with "?", as the value where the address ends with "=", else as
 * a path and query below the address. Whoever writes metrics may not be who wrote the source: the result never leaves its server and its path. Throws a
 * SourceError (query).
 */
export function addressFor(base: string, query: string): string {
  const source = new URL(base)
  const text = query.trim()
  if (source.search.endsWith('=')) return base + encodeURIComponent(text)
  const cut = text.indexOf('?')
  const [path, search] = cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)]
  const root = source.pathname.replace(/\/+$/, '')
  if (leaves(path)) throw new SourceError('query', `the query "${path.slice(0, 60)}" leaves the address of the source`)
  const result = new URL(source)
  result.hash = ''
  if (path !== '') result.pathname = `${root}/${path.replace(/^\/+/, '')}`
  const searches = [source.search.slice(1), search].filter((each) => each !== '')
  result.search = searches.join('&')
  if (result.origin !== source.origin || !(result.pathname === source.pathname || result.pathname.startsWith(`${root}/`))) {
    throw new SourceError('query', `the query "${path.slice(0, 60)}" leaves the address of the source`)
  }
  return result.href
}

// Servers differ in what they decode before they take ".." for the folder above, and how often.
function leaves(path: string): boolean {
  let plain = path
  for (let round = 0; round < 3; round++) {
    if (/(^|[/\\;])\s*\.\.?\s*([/\\;]|$)/.test(plain) || /\p{Cc}/u.test(plain)) return true
    plain = plain.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }
  return false
}

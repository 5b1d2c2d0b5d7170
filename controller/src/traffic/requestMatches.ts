import { same } from './patch.ts'
import type { Condition, RequestMatch } from './router.ts'

/** A rule's matches narrowed by a wanted one. An empty list: no request can meet both. */
export type Narrowed = { matches: Record<string, unknown>[] } | { refused: string }

interface HeaderMatch {
  type?: string
  name: string
  value: string
}

interface PathMatch {
  type?: string
  value?: string
}

const maxHeaders = 16

/** Each of an HTTPRoute rule's matches AND the wanted one. */
export function narrowHttp(source: readonly Record<string, unknown>[] | undefined, wanted: RequestMatch): Narrowed {
  const cookies = wanted.cookies ?? []
  if (cookies.length > 1) return { refused: 'two cookies cannot be asked for at once: both stand in the one Cookie header' }
  return narrowEach(source, (match) => {
    const headers = andHeaders(headersOf(match), [...(wanted.headers ?? []).map(headerMatch), ...cookies.map(cookieMatch)])
    if (headers === undefined || 'refused' in headers) return headers
    const path = wanted.path === undefined ? { path: undefined } : andPath(match.path as PathMatch | undefined, wanted.path)
    if (path === undefined || 'refused' in path) return path
    return { match: { ...match, ...(path.path && { path: path.path }), ...(headers.headers.length > 0 && { headers: headers.headers }) } }
  })
}

/** Each of a GRPCRoute rule's matches AND the wanted one. */
export function narrowGrpc(source: readonly Record<string, unknown>[] | undefined, wanted: RequestMatch): Narrowed {
  if (wanted.path !== undefined) return { refused: 'a GRPCRoute knows methods, not paths' }
  if (wanted.cookies?.length) return { refused: 'gRPC clients send no cookies' }
  return narrowEach(source, (match) => {
    const headers = andHeaders(headersOf(match), (wanted.headers ?? []).map(headerMatch))
    if (headers === undefined || 'refused' in headers) return headers
    return { match: { ...match, ...(headers.headers.length > 0 && { headers: headers.headers }) } }
  })
}

type One = { match: Record<string, unknown> } | { refused: string } | undefined

function narrowEach(source: readonly Record<string, unknown>[] | undefined, narrow: (match: Record<string, unknown>) => One): Narrowed {
  const matches: Record<string, unknown>[] = []
  for (const match of source?.length ? source : [{}]) {
    const one = narrow(match)
    if (one && 'refused' in one) return one
    if (one) matches.push(one.match)
  }
  return { matches }
}

function headersOf(match: Record<string, unknown>): HeaderMatch[] {
  return Array.isArray(match.headers) ? (match.headers as HeaderMatch[]) : []
}

/** Both lists together; undefined when no request can meet both. A header name may stand only once in a match. */
function andHeaders(given: HeaderMatch[], wanted: HeaderMatch[]): { headers: HeaderMatch[] } | { refused: string } | undefined {
  const headers = [...given]
  for (const header of wanted) {
    const twin = headers.find(({ name }) => name.toLowerCase() === header.name.toLowerCase())
    if (!twin) headers.push(header)
    else if ((twin.type ?? 'Exact') === 'Exact' && header.type === 'Exact') {
      if (twin.value !== header.value) return undefined
    } else if (!same({ ...twin, name: '' }, { ...header, name: '' })) {
      return { refused: `header ${header.name} has a condition already, and one header can have but one` }
    }
  }
  return headers.length > maxHeaders ? { refused: `more than ${maxHeaders} header conditions in one match` } : { headers }
}

/** The given path condition narrowed to a prefix; undefined when no path meets both. */
function andPath(given: PathMatch | undefined, prefix: string): { path: PathMatch } | { refused: string } | undefined {
  const value = given?.value ?? '/'
  switch (given?.type ?? 'PathPrefix') {
    case 'PathPrefix':
      if (isUnder(prefix, value)) return { path: { type: 'PathPrefix', value: prefix } }
      return isUnder(value, prefix) ? { path: { ...given, value } } : undefined
    case 'Exact':
      return isUnder(value, prefix) ? { path: { ...given, value } } : undefined
    default:
      return { refused: `the rule's path is a regular expression, which cannot be narrowed to ${prefix}` }
  }
}

/** Whether a path lies under a prefix, in whole segments: /a/b under /a, /ab not. */
function isUnder(path: string, prefix: string): boolean {
  const stem = prefix.replace(/\/+$/, '')
  return path === stem || path.startsWith(`${stem}/`)
}

function headerMatch({ name, value, prefix, regex }: Condition): HeaderMatch {
  if (value !== undefined) return { type: 'Exact', name, value }
  if (prefix !== undefined) return { type: 'RegularExpression', name, value: `^${escaped(prefix)}.*` }
  return { type: 'RegularExpression', name, value: regex ?? '.*' }
}

/** A cookie is one of the pairs in the Cookie header, at any place. */
function cookieMatch({ name, value, prefix, regex }: Condition): HeaderMatch {
  const within =
    value !== undefined
      ? escaped(value)
      : prefix !== undefined
        ? `${escaped(prefix)}[^;]*`
        : regex !== undefined
          ? `(?:${unanchored(regex)})`
          : '[^;]*'
  return { type: 'RegularExpression', name: 'Cookie', value: `^(?:.*; *)?${escaped(name)}=${within}(?:;.*)?$` }
}

/** Text that a regular expression takes literally, in RE2 and in PCRE. */
function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

function unanchored(regex: string): string {
  return regex.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')
}

import { instant } from '../controllers/time.ts'
import type { Obj } from '../types.ts'

/** What of a request decides its way. Header names in lower case. */
export interface RequestHead {
  host?: string
  path: string
  method: string
  headers: Record<string, string>
}

export interface BackendRef {
  group?: string
  kind?: string
  namespace?: string
  name: string
  port?: number
  weight?: number
}

/** A rule of a route, ready for use. */
export interface TableRule {
  route: Obj
  backendRefs: BackendRef[]
  /** Copies to send elsewhere: the share of requests, 0 to 1. */
  mirrors: { backendRef: BackendRef; share: number }[]
  /** Status code when the rule redirects. */
  redirect: number | undefined
}

export interface RouteTable {
  /** The rule of the most specific match, as the Gateway API ranks them; undefined when nothing matches. */
  find(request: RequestHead): TableRule | undefined
}

/** A route attached to a parent, with the host names that are left after the listener's. Empty: every host. */
export interface Attached {
  route: Obj
  hostnames: string[]
}

interface Entry {
  rule: TableRule
  rank: (number | string)[]
  matches(request: RequestHead): boolean
}

/** The routes attached to one parent, by precedence: host, path, method, headers, query parameters, age, name, order. */
export function routeTable(attached: Attached[]): RouteTable {
  const entries = attached.flatMap(entriesOf).sort((a, b) => compareRanks(a.rank, b.rank))
  return { find: (request) => entries.find((entry) => entry.matches(request))?.rule }
}

function entriesOf({ route, hostnames }: Attached): Entry[] {
  const age = [instant(route.metadata.creationTimestamp), `${route.metadata.namespace}/${route.metadata.name}`]
  const hosts = hostnames.length > 0 ? hostnames : [undefined]
  return ((route.spec.rules ?? []) as Obj['spec'][]).flatMap((spec, index) => {
    const rule = tableRule(route, spec)
    const matches = spec.matches?.length ? (spec.matches as Obj['spec'][]) : [{}]
    return hosts.flatMap((host) =>
      matches.map((match, order) => {
        const { rank, holds } = route.kind === 'GRPCRoute' ? grpcMatch(match) : httpMatch(match)
        return {
          rule,
          rank: [...hostRank(host), ...rank, ...age, index, order],
          matches: (request: RequestHead) => hostMatches(host, request.host) && holds(request),
        }
      }),
    )
  })
}

function tableRule(route: Obj, spec: Obj['spec']): TableRule {
  const filters = (spec.filters ?? []) as Obj['spec'][]
  const redirect = filters.find(({ type }) => type === 'RequestRedirect')
  return {
    route,
    backendRefs: spec.backendRefs ?? [],
    mirrors: filters.flatMap(({ requestMirror }) => {
      if (!requestMirror) return []
      const { backendRef, percent, fraction } = requestMirror
      const share = fraction ? fraction.numerator / (fraction.denominator ?? 100) : (percent ?? 100) / 100
      return [{ backendRef, share }]
    }),
    redirect: redirect && (redirect.requestRedirect?.statusCode ?? 302),
  }
}

/** Smaller ranks first; text compares by code unit. */
function compareRanks(a: (number | string)[], b: (number | string)[]): number {
  for (const [at, left] of a.entries()) {
    const right = b[at]
    if (right === undefined || left === right) continue
    return left < right ? -1 : 1
  }
  return 0
}

/** Whole names before wildcards, longer before shorter, any host last. */
function hostRank(host: string | undefined): number[] {
  if (host === undefined) return [2, 0]
  return host.startsWith('*.') ? [1, -host.length] : [0, -host.length]
}

/** `*.example.org` holds for any depth below example.org, and not for it. Ports are not part of the host. */
export function hostMatches(pattern: string | undefined, host: string | undefined): boolean {
  if (pattern === undefined) return true
  const name = host?.replace(/:\d+$/, '').toLowerCase()
  return pattern.startsWith('*.') ? name?.endsWith(pattern.slice(1)) === true && name.length > pattern.length - 1 : name === pattern
}

interface Match {
  rank: number[]
  holds(request: RequestHead): boolean
}

function httpMatch({ path = {}, method, headers = [], queryParams = [] }: Obj['spec']): Match {
  const { type = 'PathPrefix', value = '/' } = path
  const path0 = pathTest(type, value)
  const headerTests = named(headers)
  const queryTests = named(queryParams)
  return {
    rank: [...pathRank(type, value), method ? 0 : 1, -headers.length, -queryParams.length],
    holds(request) {
      const question = request.path.indexOf('?')
      const pathname = question < 0 ? request.path : request.path.slice(0, question)
      if (!path0(pathname) || (method && method !== request.method)) return false
      if (!headerTests.every(({ name, test }) => test(request.headers[name.toLowerCase()]))) return false
      if (queryTests.length === 0) return true
      const query = new URLSearchParams(question < 0 ? '' : request.path.slice(question + 1))
      return queryTests.every(({ name, test }) => test(query.get(name) ?? undefined))
    },
  }
}

/** A gRPC call is a POST to /service/method. */
function grpcMatch({ method, headers = [] }: Obj['spec']): Match {
  const { type = 'Exact', service, method: name } = method ?? {}
  const part = (text: string | undefined) => (text === undefined ? '[^/]+' : type === 'Exact' ? escaped(text) : text)
  const path = whole(`/${part(service)}/${part(name)}`)
  const headerTests = named(headers)
  return {
    rank: [type === 'Exact' ? 0 : 1, -(service?.length ?? 0), -(name?.length ?? 0), -headers.length, 0],
    holds: (request) => path(request.path) && headerTests.every((header) => header.test(request.headers[header.name.toLowerCase()])),
  }
}

const pathKinds = ['Exact', 'RegularExpression', 'PathPrefix']
const pathRank = (type: string, value: string): number[] => [pathKinds.indexOf(type), -value.length]

/** A prefix holds by whole elements: /a for /a and /a/b, not for /ab. */
function pathTest(type: string, value: string): (path: string) => boolean {
  if (type === 'Exact') return (path) => path === value
  if (type === 'RegularExpression') return whole(value)
  const prefix = value.replace(/\/$/, '')
  return (path) => path === prefix || path.startsWith(`${prefix}/`)
}

function named(matches: { type?: string; name: string; value: string }[]) {
  return matches.map(({ type = 'Exact', name, value }) => {
    const holds = type === 'RegularExpression' ? whole(value) : (text: string) => text === value
    return { name, test: (text: string | undefined) => text !== undefined && holds(text) }
  })
}

/** Tests whole texts against a user's expression; one that does not compile matches nothing. */
function whole(expression: string): (text: string) => boolean {
  try {
    const compiled = new RegExp(`^(?:${expression})$`)
    return (text) => compiled.test(text)
  } catch {
    return () => false
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

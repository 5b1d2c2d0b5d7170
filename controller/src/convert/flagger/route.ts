import type { KubeObject } from '../converter.ts'
import { textsOf } from '../metadata.ts'
import type { Reading } from '../reading.ts'
import type { Target } from './target.ts'

/** Writes the HTTPRoute that Flagger generates from spec.service, with the Service alone: Serin adds the canary's during a run. */
export function httpRoute(service: Reading, target: Target): KubeObject {
  const parents = service.at('gatewayRefs')
  const parentRefs = parents.items().flatMap((one) => (one.value === undefined ? [] : [one.take()]))
  if (parentRefs.length === 0)
    service.say({ severity: 'todo', what: 'the HTTPRoute belongs to no Gateway', doInstead: 'write its spec.parentRefs' })
  const hostnames = service
    .at('hosts')
    .items()
    .flatMap((one) => one.text() ?? [])
  const filters = filtersOf(service)
  const [request, backendRequest] = [service.at('timeout').text(), service.at('backendTimeout').text()]
  const timeouts = { ...(request === undefined ? {} : { request }), ...(backendRequest === undefined ? {} : { backendRequest }) }
  const matches = matchesOf(service.at('match'))
  for (const key of ['retries', 'corsPolicy'])
    service.at(key).lost(`${key} is not in the HTTPRoute`, 'write it there as your gateway supports it')
  const rule = {
    ...(matches.length > 0 ? { matches } : {}),
    ...(filters.length > 0 ? { filters } : {}),
    backendRefs: [{ name: target.service, port: service.at('port').count() ?? 80 }],
    ...(Object.keys(timeouts).length > 0 ? { timeouts } : {}),
  }
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: target.service, ...(target.namespace ? { namespace: target.namespace } : {}) },
    spec: { ...(parentRefs.length > 0 ? { parentRefs } : {}), ...(hostnames.length > 0 ? { hostnames } : {}), rules: [rule] },
  }
}

/** Fields of spec.service that make a route, where Serin's user has to write one by hand. */
export const routeFields = [
  'gateways',
  'gatewayRefs',
  'hosts',
  'match',
  'rewrite',
  'headers',
  'timeout',
  'backendTimeout',
  'retries',
  'corsPolicy',
  'mirror',
  'delegation',
]

function filtersOf(service: Reading): unknown[] {
  const headers = (kind: 'request' | 'response', type: string) => {
    const at = service.at('headers', kind)
    const [set, add] = (['set', 'add'] as const).map((key) =>
      Object.entries(textsOf(at.at(key)) ?? {}).map(([name, value]) => ({ name, value })),
    )
    const remove = at
      .at('remove')
      .items()
      .flatMap((one) => one.text() ?? [])
    const written = {
      ...(set && set.length > 0 ? { set } : {}),
      ...(add && add.length > 0 ? { add } : {}),
      ...(remove.length > 0 ? { remove } : {}),
    }
    return Object.keys(written).length === 0 ? [] : [{ type, [`${kind}HeaderModifier`]: written }]
  }
  const mirrors = service
    .at('mirror')
    .items()
    .map((one) => ({ type: 'RequestMirror', requestMirror: one.take() }))
  return [
    ...headers('request', 'RequestHeaderModifier'),
    ...headers('response', 'ResponseHeaderModifier'),
    ...rewriteOf(service),
    ...mirrors,
  ]
}

function rewriteOf(service: Reading): unknown[] {
  const rewrite = service.at('rewrite')
  const [uri, hostname, type] = ['uri', 'authority', 'type'].map((key) => rewrite.at(key).text())
  const replaced = type === 'ReplaceFullPath' ? { type, replaceFullPath: uri } : { type: 'ReplacePrefixMatch', replacePrefixMatch: uri }
  const written = { ...(uri === undefined ? {} : { path: replaced }), ...(hostname === undefined ? {} : { hostname }) }
  return Object.keys(written).length === 0 ? [] : [{ type: 'URLRewrite', urlRewrite: written }]
}

const pathTypes: Readonly<Record<string, string>> = { exact: 'Exact', prefix: 'PathPrefix', regex: 'RegularExpression' }

/** Matches in the words of Istio, which Flagger takes for every provider. Forms that the Gateway API has not stay untaken, and so are listed. */
function matchesOf(match: Reading): unknown[] {
  return match.items().flatMap((one) => {
    const [path] = one
      .at('uri')
      .fields()
      .flatMap(([form, value]) => (Object.hasOwn(pathTypes, form) ? [{ type: pathTypes[form], value: value.text() }] : []))
    const method = one.at('method', 'exact').text()
    const [headers, queryParams] = ['headers', 'queryParams'].map((key) => valuesOf(one.at(key)))
    const written = {
      ...(path ? { path } : {}),
      ...(method === undefined ? {} : { method }),
      ...(headers && headers.length > 0 ? { headers } : {}),
      ...(queryParams && queryParams.length > 0 ? { queryParams } : {}),
    }
    return Object.keys(written).length === 0 ? [] : [written]
  })
}

function valuesOf(at: Reading): { name: string; type: string; value: string | undefined }[] {
  return at.fields().flatMap(([name, forms]) =>
    forms.fields().flatMap(([form, value]) => {
      if (form === 'exact') return [{ name, type: 'Exact', value: value.text() }]
      return form === 'regex' ? [{ name, type: 'RegularExpression', value: value.text() }] : []
    }),
  )
}

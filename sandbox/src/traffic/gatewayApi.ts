import type { Schema } from '../objects/schema.ts'

/** The Gateway API's kinds as far as a progressive delivery needs them: structural, with the defaults of the real ones. */

export const gatewayGroup = 'gateway.networking.k8s.io'

const string = (more: Schema = {}): Schema => ({ type: 'string', maxLength: 253, ...more })
const integer = (minimum: number, maximum: number, more: Schema = {}): Schema => ({
  type: 'integer',
  format: 'int32',
  minimum,
  maximum,
  ...more,
})
const list = (items: Schema, maxItems: number, more: Schema = {}): Schema => ({
  type: 'array',
  items,
  maxItems,
  'x-kubernetes-list-type': 'atomic',
  ...more,
})
const keyed = (items: Schema, maxItems: number, ...keys: string[]): Schema => ({
  type: 'array',
  items,
  maxItems,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
})
const object = (properties: Record<string, Schema>, required: string[] = [], more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
  ...more,
})
const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const hostname = string({ pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$' })
const port = integer(1, 65_535)
const duration = string({ pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$' })

const condition = object(
  {
    type: string({ maxLength: 316 }),
    status: string({ enum: ['True', 'False', 'Unknown'] }),
    reason: string({ maxLength: 1024 }),
    message: string({ maxLength: 32_768 }),
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
    lastTransitionTime: { type: 'string', format: 'date-time' },
  },
  ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
)
const conditions = keyed(condition, 8, 'type')

const parentRef = object(
  {
    group: string({ default: gatewayGroup }),
    kind: string({ default: 'Gateway' }),
    namespace: string(),
    name: string({ minLength: 1 }),
    sectionName: string(),
    port,
  },
  ['name'],
)

const serviceReference = {
  group: string({ default: '' }),
  kind: string({ default: 'Service' }),
  namespace: string(),
  name: string({ minLength: 1 }),
  port,
}

const nameValue = object({ name: string({ minLength: 1 }), value: string({ minLength: 1, maxLength: 4096 }) }, ['name', 'value'])
const headerChange = object({
  set: keyed(nameValue, 16, 'name'),
  add: keyed(nameValue, 16, 'name'),
  remove: list(string(), 16, { 'x-kubernetes-list-type': 'set' }),
})
const mirror = object(
  {
    backendRef: object(serviceReference, ['name']),
    percent: integer(0, 100),
    fraction: object({ numerator: integer(0, 2 ** 31 - 1), denominator: integer(1, 2 ** 31 - 1, { default: 100 }) }, ['numerator']),
  },
  ['backendRef'],
)
const filter = (types: string[], more: Record<string, Schema>) =>
  object(
    {
      type: string({ enum: types }),
      requestHeaderModifier: headerChange,
      responseHeaderModifier: headerChange,
      requestMirror: mirror,
      extensionRef: object({ group: string(), kind: string(), name: string() }, ['group', 'kind', 'name']),
      ...more,
    },
    ['type'],
  )
const sharedFilters = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror', 'ExtensionRef']
const httpFilter = filter([...sharedFilters, 'RequestRedirect', 'URLRewrite', 'CORS'], {
  requestRedirect: open,
  urlRewrite: open,
  cors: open,
})

const backendRef = (filters?: Schema) =>
  object(
    { ...serviceReference, weight: integer(0, 1_000_000, { default: 1 }), ...(filters ? { filters: list(filters, 16) } : {}) },
    ['name'],
    {
      'x-kubernetes-validations': [
        {
          rule: "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
          message: 'Must have port for Service reference',
        },
      ],
    },
  )

const sessionPersistence = object({
  sessionName: string(),
  type: string({ default: 'Cookie', enum: ['Cookie', 'Header'] }),
  absoluteTimeout: duration,
  idleTimeout: duration,
  cookieConfig: object({ lifetimeType: string({ default: 'Session', enum: ['Session', 'Permanent'] }) }),
})

const matched = (types: string[]) =>
  object(
    { type: string({ default: 'Exact', enum: types }), name: string({ minLength: 1 }), value: string({ minLength: 1, maxLength: 4096 }) },
    ['name', 'value'],
  )
const headers = keyed(matched(['Exact', 'RegularExpression']), 16, 'name')

const everyPath = { type: 'PathPrefix', value: '/' }
const httpMatch = object({
  path: object(
    {
      type: string({ default: 'PathPrefix', enum: ['Exact', 'PathPrefix', 'RegularExpression'] }),
      value: string({ default: '/', maxLength: 1024 }),
    },
    [],
    {
      default: everyPath,
      'x-kubernetes-validations': [
        {
          rule: "self.type in ['Exact','PathPrefix'] ? self.value.startsWith('/') : true",
          message: "value must be an absolute path and start with '/'",
        },
      ],
    },
  ),
  headers,
  queryParams: keyed(matched(['Exact', 'RegularExpression']), 16, 'name'),
  method: string({ enum: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] }),
})
const httpRule = object({
  name: string({ minLength: 1 }),
  matches: list(httpMatch, 64, { default: [{ path: everyPath }] }),
  filters: list(httpFilter, 16),
  backendRefs: list(backendRef(httpFilter), 16),
  timeouts: object({ request: duration, backendRequest: duration }),
  retry: object({ codes: list(integer(400, 599), 16), attempts: { type: 'integer' }, backoff: duration }),
  sessionPersistence,
})

const grpcFilter = filter(sharedFilters, {})
const grpcMatch = object({
  method: object({
    type: string({ default: 'Exact', enum: ['Exact', 'RegularExpression'] }),
    service: string({ maxLength: 1024 }),
    method: string({ maxLength: 1024 }),
  }),
  headers,
})
const grpcRule = object({
  name: string({ minLength: 1 }),
  matches: list(grpcMatch, 64),
  filters: list(grpcFilter, 16),
  backendRefs: list(backendRef(grpcFilter), 16),
  sessionPersistence,
})
const plainRule = object({ name: string({ minLength: 1 }), backendRefs: list(backendRef(), 16) }, ['backendRefs'])

const routeStatus = object(
  { parents: list(object({ parentRef, controllerName: string(), conditions }, ['parentRef', 'controllerName', 'conditions']), 32) },
  ['parents'],
)

const route = (rule: Schema, spec: Record<string, Schema>, rulesMore: Schema = {}, required: string[] = []) =>
  object({ spec: object({ parentRefs: list(parentRef, 32), ...spec, rules: list(rule, 16, rulesMore) }, required), status: routeStatus }, [
    'spec',
  ])

const hostnames = list(hostname, 16)

const allowedRoutes = object(
  {
    namespaces: object({ from: string({ default: 'Same', enum: ['All', 'Selector', 'Same', 'None'] }), selector: { ...open } }, [], {
      default: { from: 'Same' },
    }),
    kinds: list(object({ group: string({ default: gatewayGroup }), kind: string() }, ['kind']), 8),
  },
  [],
  { default: { namespaces: { from: 'Same' } } },
)
const listener = object({ name: string({ minLength: 1 }), hostname, port, protocol: string({ minLength: 1 }), tls: open, allowedRoutes }, [
  'name',
  'port',
  'protocol',
])
const gateway = object(
  {
    spec: object(
      {
        gatewayClassName: string({ minLength: 1 }),
        listeners: keyed(listener, 64, 'name'),
        addresses: list(object({ type: string({ default: 'IPAddress' }), value: string() }), 16),
        infrastructure: open,
      },
      ['gatewayClassName', 'listeners'],
    ),
    status: object({
      addresses: list(object({ type: string({ default: 'IPAddress' }), value: string() }, ['value']), 16),
      conditions,
      listeners: keyed(
        object(
          {
            name: string(),
            attachedRoutes: integer(0, 2 ** 31 - 1),
            supportedKinds: list(object({ group: string({ default: gatewayGroup }), kind: string() }, ['kind']), 8),
            conditions,
          },
          ['name', 'attachedRoutes', 'conditions'],
        ),
        64,
        'name',
      ),
    }),
  },
  ['spec'],
)
const gatewayClass = object(
  {
    spec: object({ controllerName: string({ minLength: 1 }), description: string({ maxLength: 64 }), parametersRef: open }, [
      'controllerName',
    ]),
    status: object({ conditions, supportedFeatures: keyed(object({ name: string() }, ['name']), 64, 'name') }),
  },
  ['spec'],
)

interface Column {
  name: string
  type: string
  jsonPath: string
}
const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }
const hosts: Column = { name: 'Hostnames', type: 'string', jsonPath: '.spec.hostnames' }

interface Kind {
  kind: string
  plural: string
  shortNames?: string[]
  schema: Schema
  columns?: Column[]
  scope?: 'Cluster'
}

const kinds: Kind[] = [
  {
    kind: 'GatewayClass',
    plural: 'gatewayclasses',
    shortNames: ['gc'],
    scope: 'Cluster',
    schema: gatewayClass,
    columns: [
      { name: 'Controller', type: 'string', jsonPath: '.spec.controllerName' },
      { name: 'Accepted', type: 'string', jsonPath: '.status.conditions[?(@.type=="Accepted")].status' },
    ],
  },
  {
    kind: 'Gateway',
    plural: 'gateways',
    shortNames: ['gtw'],
    schema: gateway,
    columns: [
      { name: 'Class', type: 'string', jsonPath: '.spec.gatewayClassName' },
      { name: 'Address', type: 'string', jsonPath: '.status.addresses[*].value' },
      { name: 'Programmed', type: 'string', jsonPath: '.status.conditions[?(@.type=="Programmed")].status' },
    ],
  },
  {
    kind: 'HTTPRoute',
    plural: 'httproutes',
    schema: route(httpRule, { hostnames }, { default: [{ matches: [{ path: everyPath }] }] }),
    columns: [hosts],
  },
  { kind: 'GRPCRoute', plural: 'grpcroutes', schema: route(grpcRule, { hostnames }), columns: [hosts] },
  { kind: 'TLSRoute', plural: 'tlsroutes', schema: route(plainRule, { hostnames }, {}, ['rules']), columns: [hosts] },
  { kind: 'TCPRoute', plural: 'tcproutes', schema: route(plainRule, {}, {}, ['rules']) },
]

/** The CustomResourceDefinitions to install, all serving v1. */
export function gatewayApiDefinitions() {
  return kinds.map(({ kind, plural, shortNames, schema, columns = [], scope = 'Namespaced' }) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${gatewayGroup}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, written for the sandbox' } },
    spec: {
      group: gatewayGroup,
      scope,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        ...(shortNames ? { shortNames } : {}),
        categories: ['gateway-api'],
      },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [...columns, age],
          schema: {
            openAPIV3Schema: {
              ...schema,
              properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, ...schema.properties },
            },
          },
        },
      ],
    },
  }))
}

import { createHash } from 'node:crypto'
import { builtinDefinitions } from '../objects/builtin.ts'
import { groupVersionPaths } from './discovery.ts'
import { isRecord } from './json.ts'
import { apiVersionOf, type ServedKind } from './kind.ts'

/** OpenAPI v3 documents: what `kubectl explain`, `apply` and `diff` read of them, made from the schemas that are served. */

type Json = Record<string, unknown>

const componentPrefix = '#/components/schemas/'

/** The index of documents. Their addresses hold a hash of their contents, so that clients may keep them for good. */
export function openapiIndex(kinds: readonly ServedKind[]): object {
  const paths = groupVersionPaths(kinds).map((path) => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(kinds, path)}` }])
  return { paths: Object.fromEntries(paths) }
}

function hashOf(kinds: readonly ServedKind[], path: string): string {
  return createHash('sha256')
    .update(JSON.stringify(openapiDocument(kinds, path)))
    .digest('hex')
    .toUpperCase()
}

const documents = new WeakMap<readonly ServedKind[], Map<string, object>>()

/** The document of a group version such as `apis/apps/v1`, or undefined when it is not served. */
export function openapiDocument(kinds: readonly ServedKind[], path: string): object | undefined {
  let known = documents.get(kinds)
  if (!known) {
    known = new Map()
    documents.set(kinds, known)
  }
  const found = known.get(path)
  if (found) return found
  const served = kinds.filter((kind) => `${kind.group ? 'apis' : 'api'}/${apiVersionOf(kind)}` === path)
  if (served.length === 0) return undefined
  const schemas: Record<string, Json> = {}
  const paths: Json = {}
  for (const kind of served) {
    const name = component(kind, schemas)
    Object.assign(paths, pathsOf(kind, path, name))
  }
  const document = { openapi: '3.0.0', info: { title: 'Kubernetes', version: 'v1.36.3' }, paths, components: { schemas } }
  known.set(path, document)
  return document
}

/** Adds the kind's schema and all that it refers to; gives back its name. */
function component(kind: ServedKind, schemas: Record<string, Json>): string {
  const gvk = [{ group: kind.group, kind: kind.kind, version: kind.version }]
  const builtin = kind.custom ? undefined : builtinDefinitions().kinds[`${apiVersionOf(kind)}/${kind.kind}`]
  if (builtin !== undefined) {
    addBuiltin(builtin, schemas)
    schemas[builtin] = { ...schemas[builtin], 'x-kubernetes-group-version-kind': gvk }
    return builtin
  }
  const name = `${kind.group.split('.').reverse().join('.')}.${kind.version}.${kind.kind}`
  const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
  addBuiltin(meta, schemas)
  const own = (kind.writtenSchema ?? {}) as Json
  const properties = {
    ...(isRecord(own.properties) ? own.properties : {}),
    apiVersion: { type: 'string', description: 'APIVersion defines the versioned schema of this representation of an object.' },
    kind: { type: 'string', description: 'Kind is a string value representing the REST resource this object represents.' },
    metadata: { description: "Standard object's metadata.", allOf: [{ $ref: componentPrefix + meta }] },
  }
  schemas[name] = { type: 'object', ...own, properties, 'x-kubernetes-group-version-kind': gvk }
  return name
}

function addBuiltin(name: string, schemas: Record<string, Json>): void {
  if (schemas[name]) return
  const stored = builtinDefinitions().schemas[name]
  if (!stored) return
  schemas[name] = {}
  schemas[name] = referring(stored, schemas) as Json
}

/** The stored schema with its short references spelled out the OpenAPI way. */
function referring(value: unknown, schemas: Record<string, Json>): unknown {
  if (Array.isArray(value)) return value.map((item) => referring(item, schemas))
  if (!isRecord(value)) return value
  const result: Json = {}
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref' && typeof member === 'string') {
      addBuiltin(member, schemas)
      result.allOf = [{ $ref: componentPrefix + member }]
    } else if (!key.startsWith('x-') || key.startsWith('x-kubernetes-')) result[key] = referring(member, schemas)
  }
  return result
}

const writeParameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
}))
const patchTypes = ['apply-patch+yaml', 'json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json'].map(
  (type) => `application/${type}`,
)

/** kubectl reads from this how it may patch: custom kinds have no strategic merge. */
function patchTypesOf(kind: ServedKind): string[] {
  return kind.custom ? patchTypes.filter((type) => !type.includes('strategic')) : patchTypes
}

function pathsOf(kind: ServedKind, root: string, schema: string): Json {
  const ref = { $ref: componentPrefix + schema }
  const json = { 'application/json': { schema: ref } }
  const responses = { '200': { description: 'OK', content: json } }
  const gvk = { group: kind.group, version: kind.version, kind: kind.kind }
  const operation = (action: string, more: Json = {}): Json => ({
    ...more,
    responses,
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  })
  const body = { requestBody: { content: { '*/*': { schema: ref } }, required: true }, parameters: writeParameters }
  const patch = {
    requestBody: { content: Object.fromEntries(patchTypesOf(kind).map((type) => [type, { schema: { type: 'object' } }])), required: true },
    parameters: [...writeParameters, { name: 'force', in: 'query', schema: { type: 'boolean', uniqueItems: true } }],
  }
  const collection = kind.namespaced ? `/${root}/namespaces/{namespace}/${kind.plural}` : `/${root}/${kind.plural}`
  if (kind.createOnly) return { [collection]: { post: operation('post', body) } }
  const paths: Json = {
    [collection]: { get: operation('list'), post: operation('post', body), delete: operation('deletecollection') },
    [`${collection}/{name}`]: {
      get: operation('get'),
      put: operation('put', body),
      patch: operation('patch', patch),
      delete: operation('delete', { parameters: writeParameters.slice(0, 1) }),
    },
  }
  if (kind.namespaced) paths[`/${root}/${kind.plural}`] = { get: operation('list') }
  return paths
}

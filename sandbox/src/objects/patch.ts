import { ApiError } from '../types.ts'
import { copy, equal, isMap, type Json, type JsonMap, put } from './json.ts'

// The three patches stand together where the server looks for them.
export { strategicPatch } from './strategicPatch.ts'

/** What a JSON Patch (RFC 6902) may fail with: `test` is told apart because admission policies forgive it. */
export class PatchFailure extends Error {
  readonly testFailed: boolean
  constructor(message: string, testFailed = false) {
    super(message)
    this.testFailed = testFailed
  }
}

interface Operation {
  op: string
  path: string
  from?: string
  value?: unknown
}

/** The most operations that a server takes in one patch. */
const maxOperations = 10_000

/**
 * `doc` with the operations done; `doc` stays as it is, and what no operation touches is shared with it.
 * Throws ApiError 400 for something that is no patch, 413 for one too long, and 422 Invalid when an operation does not apply.
 */
export function jsonPatch(doc: unknown, ops: unknown): Json {
  const operations = parseOperations(ops)
  try {
    return applyOperations(doc, operations)
  } catch (error) {
    if (!(error instanceof PatchFailure)) throw error
    throw new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
  }
}

/** As jsonPatch, but says by a PatchFailure why an operation does not apply. */
export function applyOperations(doc: unknown, operations: readonly Operation[]): Json {
  return operations.reduce<Json>(applyOne, doc)
}

function parseOperations(ops: unknown): Operation[] {
  const bad = (why: string) => new ApiError(400, 'BadRequest', `error decoding patch: ${why}`)
  if (!Array.isArray(ops)) throw bad('json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp')
  if (ops.length > maxOperations) {
    const why = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${ops.length}`
    throw new ApiError(413, 'RequestEntityTooLarge', why)
  }
  for (const op of ops) if (!isMap(op)) throw bad('an operation must be an object')
  return ops
}

function applyOne(doc: Json, operation: Operation): Json {
  const { op, path } = operation
  if (typeof path !== 'string') throw new PatchFailure(`missing path in operation ${op}`)
  switch (op) {
    case 'add':
      return add(doc, path, copy(operation.value ?? null))
    case 'remove':
      return remove(doc, path)
    case 'replace':
      return path === '' ? copy(operation.value) : set(doc, path, copy(operation.value ?? null))
    case 'test':
      if (!equal(member(doc, path) ?? null, operation.value ?? null)) throw new PatchFailure(`testing value ${path} failed`, true)
      return doc
    case 'move':
    case 'copy': {
      const from = operation.from ?? ''
      const value = member(doc, from) ?? null
      if (op === 'move' && path.startsWith(`${from}/`)) throw new PatchFailure(`cannot move ${from} into itself`)
      return add(op === 'move' ? remove(doc, from) : doc, path, copy(value))
    }
    default:
      throw new PatchFailure(`Unexpected kind: ${op}`)
  }
}

function tokens(path: string): string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw new PatchFailure(`path must begin with a slash: ${path}`)
  return path
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The position in a list; negative ones count from the end, as Kubernetes allows. */
function index(token: string, length: number, end: number): number {
  if (!/^-?(0|[1-9]\d*)$/.test(token)) throw new PatchFailure(`invalid index ${token}`)
  const n = Number(token) < 0 ? Number(token) + length : Number(token)
  if (n < 0 || n > end) throw new PatchFailure(`Unable to access invalid index: ${token}`)
  return n
}

function step(node: Json, token: string): Json {
  if (Array.isArray(node)) return token === '-' ? undefined : node[index(token, node.length, Number.MAX_SAFE_INTEGER)]
  return isMap(node) && Object.hasOwn(node, token) ? node[token] : undefined
}

type Node = JsonMap | Json[]

const isNode = (value: unknown): value is Node => Array.isArray(value) || isMap(value)

const missing = (path: string) => new PatchFailure(`operation does not apply: doc is missing path: ${path}`)

/** What stands at a path; undefined for a key that its map lacks. */
function member(doc: Json, path: string): Json {
  if (path === '') return doc
  const parts = tokens(path)
  const last = parts.pop() ?? ''
  const node = parts.reduce(step, doc)
  if (!isNode(node)) throw missing(path)
  if (Array.isArray(node)) return node[index(last, node.length, node.length - 1)]
  return Object.hasOwn(node, last) ? node[last] : undefined
}

/** `doc` with another node at the end of a path: copied is what lies on the path, and `change` is given the last copy. */
function changed(doc: Json, path: string, change: (node: Node, last: string) => void): Json {
  const parts = tokens(path)
  const last = parts.pop() ?? ''
  const along = (node: Json, [token, ...rest]: readonly string[]): Node => {
    if (!isNode(node)) throw missing(path)
    const out: Node = Array.isArray(node) ? [...node] : { ...node }
    if (token === undefined) change(out, last)
    else put(out as JsonMap, Array.isArray(out) ? String(index(token, out.length, out.length)) : token, along(step(node, token), rest))
    return out
  }
  return along(doc, parts)
}

function add(doc: Json, path: string, value: unknown): Json {
  if (path === '') return value
  return changed(doc, path, (node, last) => {
    if (!Array.isArray(node)) put(node, last, value)
    else if (last === '-') node.push(value)
    else node.splice(index(last, node.length + 1, node.length), 0, value)
  })
}

/** Adds where a map lacks the key: the real server does not mind. */
function set(doc: Json, path: string, value: unknown): Json {
  return changed(doc, path, (node, last) => {
    if (Array.isArray(node)) node[index(last, node.length, node.length - 1)] = value
    else put(node, last, value)
  })
}

function remove(doc: Json, path: string): Json {
  if (path === '') return null
  return changed(doc, path, (node, last) => {
    if (Array.isArray(node)) node.splice(index(last, node.length, node.length - 1), 1)
    else if (Object.hasOwn(node, last)) delete node[last]
    else throw new PatchFailure(`remove operation does not apply: doc is missing key: ${path}`)
  })
}

/** RFC 7386: maps merge, null removes, everything else replaces. `doc` stays as it is; what is not replaced is shared with it. */
export function mergePatch(doc: unknown, patch: unknown): Json {
  if (!isMap(patch)) return copy(patch)
  const out: JsonMap = isMap(doc) ? { ...doc } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key]
    else if (value !== undefined) put(out, key, mergePatch(Object.hasOwn(out, key) ? out[key] : undefined, value))
  }
  return out
}

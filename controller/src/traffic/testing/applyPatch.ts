import type { JsonPatchOp } from '../../kube/types.ts'
import { isObject, same } from '../patch.ts'

/** Applies a JSON Patch (RFC 6902) to a copy; throws when an operation does not apply. */
export function applyPatch<T>(document: T, ops: readonly JsonPatchOp[]): T {
  let root: unknown = structuredClone(document)
  for (const op of ops) {
    const value = valueFor(root, op)
    if (op.op === 'test') {
      if (!same(at(root, op.path), value)) throw new Error(`test failed at ${op.path}`)
      continue
    }
    if (op.op === 'remove' || op.op === 'replace') at(root, op.path)
    if (op.op === 'remove') root = edit(root, op.path, undefined, 'remove')
    else if (op.op === 'move') root = edit(edit(root, op.from, undefined, 'remove'), op.path, value, 'add')
    else root = edit(root, op.path, value, op.op === 'replace' ? 'replace' : 'add')
  }
  return root as T
}

function valueFor(root: unknown, op: JsonPatchOp): unknown {
  if ('value' in op) return structuredClone(op.value)
  return 'from' in op ? structuredClone(at(root, op.from)) : undefined
}

function segments(path: string): string[] {
  if (path === '') return []
  if (!path.startsWith('/')) throw new Error(`not a JSON pointer: ${path}`)
  return path
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function at(root: unknown, path: string): unknown {
  return segments(path).reduce((value, key) => {
    if (Array.isArray(value)) return value[index(key, value.length - 1)]
    if (!isObject(value) || !Object.hasOwn(value, key)) throw new Error(`nothing at ${path}`)
    return value[key]
  }, root)
}

function edit(root: unknown, path: string, value: unknown, how: 'add' | 'replace' | 'remove'): unknown {
  const keys = segments(path)
  const last = keys.pop()
  if (last === undefined) return value
  const parent = at(root, keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))
  if (Array.isArray(parent)) {
    if (how === 'add') parent.splice(last === '-' ? parent.length : index(last, parent.length), 0, value)
    else parent.splice(index(last, parent.length - 1), 1, ...(how === 'replace' ? [value] : []))
  } else if (isObject(parent)) {
    if (how === 'remove') delete parent[last]
    else parent[last] = value
  } else throw new Error(`no place at ${path}`)
  return root
}

function index(key: string, greatest: number): number {
  const i = Number(key)
  if (!/^(0|[1-9][0-9]*)$/.test(key) || i > greatest) throw new Error(`no item ${key}`)
  return i
}

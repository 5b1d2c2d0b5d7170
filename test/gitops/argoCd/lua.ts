import { Lua } from 'wasmoon-lua5.1'
import type { Json } from '../../cluster/apiClient.ts'

/** Runs scripts as Argo CD does: Lua 5.1, the object as the global `obj`, and no library but base, table, and the time of os. */
export interface Scripts {
  run(script: string, obj: Json): Json
}

const onlyWhatArgoCdOpens = `
  getmetatable('').__index = nil
  for _, name in ipairs({ 'string', 'math', 'io', 'debug', 'coroutine', 'utf8', 'package', 'require' }) do _G[name] = nil end
  os = { time = os.time, date = os.date }
`

export async function argoCdScripts(): Promise<Scripts> {
  const lua = await Lua.create()
  lua.doStringSync(onlyWhatArgoCdOpens)
  return {
    run(script, obj) {
      // As text: objects that are handed over one by one are never given back by the interpreter.
      lua.doStringSync(`obj = ${literal(obj)}`)
      return json(lua.doStringSync(script))
    },
  }
}

/** A value in the words of Lua. */
function literal(value: Json): string {
  if (value === null || value === undefined) return 'nil'
  if (Array.isArray(value)) return `{${value.map(literal).join(',')}}`
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `[${quoted(key)}]=${literal(item)}`)
    .join(',')}}`
}

const quoted = (text: string): string =>
  `"${[...Buffer.from(text)].map((byte) => (/[\w .,:/%-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`)).join('')}"`

interface LuaTable {
  $detach(): Map<unknown, unknown>
}

const isTable = (value: unknown): value is LuaTable => typeof value === 'object' && value !== null && '$detach' in value

/** A table as Argo CD reads it: with keys 1..n, or with no keys at all, an array. */
function json(value: unknown): Json {
  if (isTable(value)) return json(value.$detach())
  if (!(value instanceof Map)) return value
  const keys = [...value.keys()]
  if (keys.every((key) => typeof key === 'number')) {
    if (keys.some((key) => !(key >= 1 && key <= keys.length))) throw new Error(`a table with holes: ${keys}`)
    return keys.sort((a, b) => a - b).map((key) => json(value.get(key)))
  }
  if (keys.some((key) => typeof key !== 'string')) throw new Error(`a table with keys of two kinds: ${keys}`)
  return Object.fromEntries([...value].map(([key, item]) => [key, json(item)]))
}

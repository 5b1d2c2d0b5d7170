import type { Json } from '../cluster/apiClient.ts'

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g
const CLUSTER_IP = /10\.96\.\d+\.\d+/g
const POD_IP = /10\.244\.\d+\.\d+/g
/** In queries, in objects quoted by messages, and in the words of preconditions. */
const VERSION = /(resourceVersion(?:=|\\*":\\*")|in record \()\d+/g
const CONTINUE = /(continue=)[^&]+/g

/**
 * Replaces what no two clusters have in common by names that keep who is who: the first uid met becomes `<uid 1>`,
 * and so do versions, hashes of templates and generated names. One normaliser a case.
 */
export class Normaliser {
  readonly #uids = new Map<string, string>()
  readonly #versions = new Map<string, string>()
  readonly #words: [string, string][]
  readonly #hashes = new Map<string, string>()
  readonly #generated = new Map<string, string>()
  readonly #managedFields: boolean

  /** `words`: texts to be replaced wherever they stand, as the case's namespace. */
  constructor(words: Record<string, string>, { managedFields }: { managedFields: boolean }) {
    this.#words = Object.entries(words)
    this.#managedFields = managedFields
  }

  normalise(value: Json): Json {
    this.learn(value)
    return this.#walk(value)
  }

  /** Finds generated names and hashes in whatever the cluster answered: they stand in other fields and messages too. */
  learn(value: Json): void {
    if (Array.isArray(value)) for (const item of value) this.learn(item)
    else if (value && typeof value === 'object') {
      const { name, generateName, labels } = value.metadata ?? {}
      const hash = labels?.['pod-template-hash']
      if (typeof hash === 'string' && !hash.startsWith('<')) numbered(this.#hashes, hash, 'hash')
      if (generateName && name) this.#generated.set(name, `${generateName}<random>`)
      for (const item of Object.values(value)) this.learn(item)
    }
  }

  #walk(value: Json): Json {
    if (typeof value === 'string') return this.#text(value)
    if (Array.isArray(value)) return value.map((item) => this.#walk(item))
    if (!value || typeof value !== 'object') return value
    if (value.kind === 'Status' && value.details?.causes?.length > 1) return this.#fields(inOrder(value))
    return this.#fields(value)
  }

  #fields(value: Json): Json {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(
      entries.flatMap(([key, item]) => {
        if (item === undefined) return []
        if (key === 'managedFields' && !this.#managedFields) return []
        if (key === 'resourceVersion') return [[key, this.#version(value, String(item))]]
        if (key === 'continue') return [[key, item ? '<continue>' : item]]
        return [[this.#text(key), this.#walk(item)]]
      }),
    )
  }

  /** Only an object's version says something; a list's moves with everything else in the cluster. */
  #version(meta: Json, version: string): string {
    return meta.uid ? numbered(this.#versions, `${meta.uid}/${version}`, 'version') : '<version>'
  }

  #text(text: string): string {
    let result = text
    for (const [from, to] of this.#generated) result = result.replaceAll(from, to)
    for (const [from, to] of this.#words) result = result.replaceAll(from, to)
    for (const [from, to] of this.#hashes) result = result.replaceAll(from, to)
    return result
      .replace(UUID, (uid) => numbered(this.#uids, uid, 'uid'))
      .replace(TIME, '<time>')
      .replace(VERSION, '$1<version>')
      .replace(CONTINUE, '$1<continue>')
      .replace(CLUSTER_IP, '<cluster ip>')
      .replace(POD_IP, '<pod ip>')
  }
}

function numbered(known: Map<string, string>, value: string, word: string): string {
  const name = known.get(value) ?? `<${word} ${known.size + 1}>`
  known.set(value, name)
  return name
}

/** Causes found in maps come in any order: in the list and, joined, in the message. */
function inOrder(status: Json): Json {
  const told = (cause: Json) => `${cause.field}: ${cause.message}`
  const causes = [...status.details.causes].sort((a, b) => (told(a) < told(b) ? -1 : 1))
  const joined = status.details.causes.map(told).join(', ')
  return { ...status, message: status.message.replace(joined, causes.map(told).join(', ')), details: { ...status.details, causes } }
}

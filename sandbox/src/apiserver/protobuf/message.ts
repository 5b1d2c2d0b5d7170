import { readFileSync } from 'node:fs'

/** What the fields of each message are; see generate.ts. */
export interface Definitions {
  /** "apps/v1/Deployment" -> name of its message. */
  kinds: Record<string, string>
  /**
   * Message -> field number -> "jsonName:type", with `[]` for a list, `{}` for a map from strings and `?` where a zero
   * means something. Without a name the members belong to the message around it.
   */
  messages: Record<string, Record<string, string>>
}

let loaded: Definitions | undefined

/** Read once, at first use. */
export function definitions(): Definitions {
  loaded ??= JSON.parse(readFileSync(new URL('../generated/protobuf.json', import.meta.url), 'utf8')) as Definitions
  return loaded
}

interface Field {
  name: string
  type: string
  shape: '' | '[]' | '{}' | '?'
}

const fields = new Map<string, Map<number, Field>>()

/** The fields of a message by number; undefined for an unknown message. */
export function fieldsOf(message: string): Map<number, Field> | undefined {
  let known = fields.get(message)
  if (known) return known
  const stored = definitions().messages[message]
  if (!stored) return undefined
  known = new Map()
  for (const [number, text] of Object.entries(stored)) {
    const [, name = '', type = '', shape = ''] = /^([^:]*):(.*?)(\[\]|\{\}|\?)?$/.exec(text) ?? []
    known.set(Number(number), { name, type, shape: shape as Field['shape'] })
  }
  fields.set(message, known)
  return known
}

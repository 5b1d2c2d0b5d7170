import { type Described, describe, walk } from './describe.ts'
import type { Kind } from './kind.ts'
import { apiVersion } from './rollout.ts'

/** The reference page of the kinds, in Markdown: every field with its type, default, meaning and what is refused. */
export function reference(kinds: readonly Kind[]): string {
  const intro = `Every object is \`apiVersion: ${apiVersion}\`; those of kinds that begin with Cluster are in no namespace, all others in one. Durations are written \`30s\`, \`10m\`, \`1h30m\`; percentages are whole numbers from 0 to 100.
Defaults are filled in by the API server. **Required** fields have none. A field marked *not yet* is refused when it is set.`
  return `# Kinds\n\n${intro}\n\n${kinds.map((kind) => section(kind, kinds)).join('\n')}`
}

function section(kind: Kind, kinds: readonly Kind[]): string {
  const described = describe(kind)
  const names = [kind.plural, ...kind.shortNames].map((name) => `\`${name}\``).join(', ')
  const parts = [`## ${kind.kind}\n\n${described.description ?? ''}\n\n\`kubectl get\` ${names}.\n`]
  const twin = kinds.find((other) => kind.kind === `Cluster${other.kind}` && other.schema.shape.spec === kind.schema.shape.spec)
  if (twin) return `${parts.join('')}\nIts fields, and what is refused, are those of ${twin.kind}.\n`
  const refused = refusals(described)
  for (const part of ['spec', 'status']) {
    const schema = described.properties?.[part]
    if (!schema) continue
    const rows = fields(schema, part).map(({ path, required, schema: field }) => row(path.slice(part.length + 1), required, field))
    parts.push(`### ${kind.kind} ${part}\n\n| Field | Type | Default | Meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`)
  }
  if (refused.length > 0) {
    parts.push(
      `### What the API server refuses in ${/^[AEIOU]/.test(kind.kind) ? 'an' : 'a'} ${kind.kind}\n\n${refused.map((sentence) => `* ${sentence}`).join('\n')}\n`,
    )
  }
  return parts.join('\n')
}

function refusals(described: Described): string[] {
  const sentences = new Set<string>()
  walk(described, (schema) => {
    for (const { message } of schema.cel ?? []) sentences.add(escaped(message))
  })
  return [...sentences]
}

interface Field {
  path: string
  required: boolean
  schema: Described
}

/** Every field under a schema, parents before children. What does not act yet is not opened. */
function fields(schema: Described, path: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const own = { path: `${path}.${name}`, required: schema.required?.includes(name) ?? false, schema: property }
    if (property.notYet !== undefined || property.typeName !== undefined) return [own]
    const inner = property.items ? fields(property.items, `${own.path}[]`) : fields(property, own.path)
    return [own, ...inner]
  })
}

function row(path: string, required: boolean, schema: Described): string {
  const meaning = schema.notYet === undefined ? (schema.description ?? '') : `*Not yet*: ${schema.notYet}.`
  return `| \`${path}\` | ${escaped(typeText(schema))} | ${required ? '**required**' : defaultText(schema)} | ${escaped(meaning)} |`
}

function typeText(schema: Described): string {
  if (schema.typeName !== undefined) return schema.typeName
  if (schema.anyObject) return schema.type === 'object' ? 'any object' : 'any value'
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ')
  switch (schema.type) {
    case 'array':
      return `list${parenthesis(range(schema.minItems, schema.maxItems))} of ${schema.items ? typeText(schema.items) : 'values'}`
    case 'object':
      return typeof schema.additionalProperties === 'object' ? `map of ${typeText(schema.additionalProperties)}` : 'object'
    case 'integer':
    case 'number':
      return `${schema.type}${parenthesis(range(schema.minimum, schema.maximum))}`
    case 'string':
      return schema.write?.startsWith('a duration') ? 'duration' : 'string'
    case 'boolean':
      return 'boolean'
    case undefined:
      return 'any value'
  }
}

/** Bounds that somebody set; JavaScript's own say nothing. */
function range(low?: number, high?: number): string {
  const from = low === undefined || low === Number.MIN_SAFE_INTEGER ? '' : low.toLocaleString('en')
  const to = high === undefined || high === Number.MAX_SAFE_INTEGER ? '' : high.toLocaleString('en')
  if (from !== '' && to !== '') return `${from} to ${to}`
  if (to !== '') return `at most ${to}`
  return from === '' ? '' : `at least ${from}`
}

function parenthesis(text: string): string {
  return text === '' ? '' : ` (${text})`
}

/** An object that is there by default is said by the defaults of its fields. */
function defaultText({ default: value }: Described): string {
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) return ''
  return `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``
}

/** Safe inside a table's cell, and angle brackets are text. */
function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

import { stringify } from 'yaml'
import { z } from 'zod'
import { Values } from './values.ts'

/** A JSON Schema as far as this file reads it. */
interface Schema {
  type?: string | string[]
  description?: string
  default?: unknown
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
}

/** By this schema helm refuses what is misspelt. Draft 7: the newest that helm 3 reads. */
function schema(): Schema {
  const { $schema, ...rest } = z.toJSONSchema(Values, { target: 'draft-7', io: 'input' })
  return { $schema, title: 'Values of the chart serin', ...rest } as Schema
}

/** values.schema.json */
export function valuesSchema(): string {
  return `${JSON.stringify(schema(), null, 2)}\n`
}

/** values.yaml: every value with its default and what it means. */
export function valuesYaml(): string {
  return block(schema(), Values.parse({}), '').trim()
}

function block({ properties = {} }: Schema, values: Record<string, unknown>, indent: string): string {
  return Object.entries(properties)
    .filter(([name]) => values[name] !== undefined)
    .map(([name, field]) => {
      if (field.properties) return `${indent}${name}:\n${block(field, values[name] as Record<string, unknown>, `${indent}  `)}`
      const text = stringify({ [name]: values[name] }, { lineWidth: 0 })
        .trimEnd()
        .replaceAll('\n', `\n${indent}`)
      return `${field.description === undefined ? '' : `${indent}# ${field.description}\n`}${indent}${text}\n`
    })
    .join(indent === '' ? '\n' : '')
}

/** The table of values of the chart's README, in Markdown. */
function valuesTable(): string {
  const rows = fields(schema(), Values.parse({}), '').map(
    ({ path, field, value }) =>
      `| \`${path}\` | ${typeText(field)} | \`${JSON.stringify(value)}\` | ${(field.description ?? '').replaceAll('|', '\\|')} |`,
  )
  return `| Value | Type | Default | Meaning |\n|---|---|---|---|\n${rows.join('\n')}`
}

function fields(
  { properties = {} }: Schema,
  values: Record<string, unknown>,
  under: string,
): { path: string; field: Schema; value: unknown }[] {
  return Object.entries(properties).flatMap(([name, field]) => {
    const value = values[name]
    if (value === undefined) return []
    if (field.properties) return fields(field, value as Record<string, unknown>, `${under}${name}.`)
    return [{ path: `${under}${name}`, field, value }]
  })
}

function typeText({ type, enum: choices, anyOf, items }: Schema): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ')
  if (anyOf) return anyOf.map((one) => (one.const === undefined ? typeText(one) : `\`${one.const}\``)).join(' or ')
  if (items) return `list of ${typeText(items)}s`
  return String(type)
}

const begin = '<!-- values: written by npm run generate -->'
const end = '<!-- /values -->'

/** The chart's README with a fresh table between its two marks. */
export function withTable(readme: string): string {
  const [before, rest] = readme.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`charts/serin/README.md lacks ${begin} or ${end}`)
  return `${before}${begin}\n${valuesTable()}\n${end}${after}`
}

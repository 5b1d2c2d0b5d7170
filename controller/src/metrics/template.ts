import { closest } from '../api/suggest.ts'
import { quoted } from './languages/escape.ts'
import type { Context, Language } from './languages/language.ts'
import { soundPattern } from './languages/pattern.ts'
import { languages } from './languages/registry.ts'
import { scan, scanPlaceholders } from './languages/scan.ts'
import { TemplateError } from './languages/templateError.ts'

export { TemplateError } from './languages/templateError.ts'

/** Languages that queries are written in. `none`: nothing is escaped, and so nothing but letters, digits and `-_.` may be inserted. */
export type LanguageName =
  | 'promql'
  | 'datadog'
  | 'nrql'
  | 'graphite'
  | 'flux'
  | 'influxql'
  | 'dynatrace'
  | 'cloudwatch'
  | 'monitoring'
  | 'none'

/** What may be inserted. */
export interface TemplateValues {
  readonly namespace: string
  readonly arm: {
    /** Regular expression (RE2) of the pods' whole names. */
    readonly pods?: string | undefined
    readonly hash?: string | undefined
    readonly service?: string | undefined
  }
  readonly args: Readonly<Record<string, string>>
  /** Length of an interval in milliseconds. */
  readonly interval: number
}

const known = ['namespace', 'arm.pods', 'arm.hash', 'arm.service', 'interval'] as const
const argument = /^args\.([a-zA-Z](?:[-_a-zA-Z0-9]*[a-zA-Z0-9])?)$/

/**
 * The query with its placeholders filled in. No value can end the string, the pattern or the word it stands in: the query keeps its structure.
 * Throws a TemplateError for an unknown placeholder, for a value that is missing or cannot be written there, and for a string that is not closed.
 */
export function fill(query: string, values: TemplateValues, language: LanguageName): string {
  const rules = languages[language]
  let filled = ''
  let from = 0
  for (const { name, start, end, context } of scan(query, rules)) {
    filled += query.slice(from, start) + at(name, () => text(name, context, values, rules))
    from = end
  }
  return filled + query.slice(from)
}

/** Names of the placeholders of a query, each once: `arm.pods`, `args.code`. Throws a TemplateError for one that there is not. */
export function placeholdersOf(query: string): string[] {
  const names = scanPlaceholders(query).map(({ name }) => name)
  for (const name of names) if (!isKnown(name)) throw unknown(name, ['args.NAME'])
  return [...new Set(names)]
}

function text(name: string, context: Context, values: TemplateValues, language: Language): string {
  if (name === 'interval') return language.interval(values.interval)
  const value = printable(valueFor(name, values))
  const regex = context.in === 'literal' && context.regex
  if (name !== 'arm.pods') return language.escape(regex ? quoted(value) : value, context)
  if (language.podsBy === undefined) throw new TemplateError('this source has no regular expressions: use {{arm.hash}} or {{arm.service}}')
  if (context.in === 'literal' && context.literal.kind === 'comment') return language.escape(value, context)
  if (!regex) throw new TemplateError(`the pods are a regular expression: write ${language.podsBy}`)
  const fault = soundPattern(value)
  if (fault) throw new TemplateError(fault)
  return language.escape(delimited(value, context.whole, language), context)
}

/** The pattern so that it matches whole names only, and that what stands beside it is no part of its alternatives. */
function delimited(pattern: string, whole: boolean, { unanchored }: Language): string {
  if (!whole) return `(?:${pattern})`
  return unanchored ? `^(?:${pattern})$` : pattern
}

function valueFor(name: string, { namespace, arm, args }: TemplateValues): string {
  if (name === 'namespace') return namespace
  const field = name.startsWith('arm.') ? name.slice(4) : undefined
  if (isKnown(name) && (field === 'pods' || field === 'hash' || field === 'service')) {
    const value = arm[field]
    if (value === undefined) throw new TemplateError(`${missing[field]}: use another placeholder`)
    return value
  }
  const arg = argument.exec(name)?.[1]
  if (arg !== undefined && Object.hasOwn(args, arg)) return args[arg] ?? ''
  if (arg === undefined)
    throw unknown(
      name,
      Object.keys(args).map((one) => `args.${one}`),
    )
  const near = closest(arg, Object.keys(args))
  throw new TemplateError(
    `there is no argument ${arg}${near ? `: did you mean {{args.${near}}}?` : ': declare it in spec.args of the template'}`,
  )
}

const missing = {
  pods: 'this version has no pods',
  hash: 'this version has no pod-template-hash',
  service: 'this version has no Service of its own',
}

const isKnown = (name: string) => known.some((one) => one === name) || argument.test(name)

function unknown(name: string, args: readonly string[]): TemplateError {
  const near = closest(name, [...known, ...args])
  const all = [...known, 'args.NAME'].map((one) => `{{${one}}}`).join(', ')
  return new TemplateError(
    `{{${name.slice(0, 80)}}} is no placeholder: ${near ? `did you mean {{${near}}}? There are` : 'there are'} ${all}`,
  )
}

/** Control characters would end a line or a comment, and half a pair of surrogates is no text. */
function printable(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (!/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value) && value.isWellFormed()) return value
  throw new TemplateError('the value has a line break or another control character: remove it')
}

/** What goes wrong is said of the placeholder it goes wrong at. */
function at(name: string, write: () => string): string {
  try {
    return write()
  } catch (error) {
    if (!(error instanceof TemplateError) || error.message.startsWith('{{')) throw error
    throw new TemplateError(`{{${name}}}: ${error.message}`)
  }
}

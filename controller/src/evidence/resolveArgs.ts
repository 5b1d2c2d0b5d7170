import type { TemplateArg } from '../api/analysisTemplate.ts'
import type { SecretKeyRef } from '../api/secretRef.ts'
import { closest } from '../api/suggest.ts'
import { type Found, Unusable } from './resolveTemplates.ts'

/** What of a Rollout arguments may take. */
export interface RolloutFields {
  readonly name: string
  readonly namespace: string
  readonly service?: string | undefined
  /** Name of its workload. */
  readonly workload: string
}

export interface Args {
  readonly plain: Readonly<Record<string, string>>
  readonly secret: readonly { readonly name: string; readonly secretKeyRef: SecretKeyRef }[]
}

/** A value, a key of a Secret, or undefined: nobody said anything. */
type Value = string | SecretKeyRef | undefined

const mostArgs = 100

/**
 * A value for each argument that the templates declare: the Rollout's, else the template's. Templates share arguments by name. Throws Unusable
 * for an argument without a value or with two, for one of the Rollout that no template declares (unless `shared`: others may), and for values that cannot be inserted.
 */
export function argsOf(
  templates: readonly Found[],
  given: Readonly<Record<string, string>>,
  rollout: RolloutFields,
  shared: boolean,
): Args {
  const declared = new Set(templates.flatMap(({ spec }) => spec.args.map(({ name }) => name)))
  for (const name of Object.keys(given)) if (!shared && !declared.has(name)) throw new Unusable(unknown(name, [...declared]))
  const values = [...declared].map((name) => [name, valueOfArg(name, templates, given, rollout)] as const)
  if (values.length > mostArgs) throw new Unusable(`the templates have ${values.length} arguments: at most ${mostArgs} are allowed`)
  return {
    plain: Object.fromEntries(values.filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string')),
    secret: values.flatMap(([name, value]) => (typeof value === 'string' ? [] : [{ name, secretKeyRef: value }])),
  }
}

function valueOfArg(
  name: string,
  templates: readonly Found[],
  given: Readonly<Record<string, string>>,
  rollout: RolloutFields,
): string | SecretKeyRef {
  if (Object.hasOwn(given, name)) return insertable(name, given[name] ?? '', `spec.analysis.args.${name}`)
  let first: { value: string | SecretKeyRef; title: string } | undefined
  for (const { spec, title } of templates) {
    const arg = spec.args.find((one) => one.name === name)
    const value = arg && defaultOf(arg, title, rollout)
    if (value === undefined) continue
    if (first && JSON.stringify(first.value) !== JSON.stringify(value))
      throw new Unusable(
        `${first.title} and ${title} have different values for the argument ${name}: write spec.analysis.args: {${name}: …}`,
      )
    first ??= { value, title }
  }
  if (first) return typeof first.value === 'string' ? insertable(name, first.value, `the argument ${name} of ${first.title}`) : first.value
  const titles = templates.filter(({ spec }) => spec.args.some((one) => one.name === name)).map(({ title }) => title)
  throw new Unusable(`the argument ${name} of ${titles.join(' and ')} has no value: write spec.analysis.args: {${name}: …}`)
}

function defaultOf({ name, value, valueFrom }: TemplateArg, title: string, rollout: RolloutFields): Value {
  if (value !== undefined) return value
  const { secretKeyRef, fieldRef } = valueFrom ?? {}
  if (secretKeyRef) return secretKeyRef
  switch (fieldRef?.path) {
    case undefined:
      return undefined
    case 'metadata.name':
      return rollout.name
    case 'metadata.namespace':
      return rollout.namespace
    case 'spec.workload.name':
      return rollout.workload
    case 'spec.service':
      if (rollout.service !== undefined) return rollout.service
      throw new Unusable(
        `the argument ${name} of ${title} is spec.service of Rollout ${rollout.name}, which has none: write spec.service, or spec.analysis.args: {${name}: …}`,
      )
  }
}

/** A value is inserted as it is: placeholders in it would not be filled in, or worse, be filled in later. */
function insertable(name: string, value: string, where: string): string {
  if (value.includes('{{')) throw new Unusable(`${where} has "{{" in it: a value of an argument has no placeholders, write it out`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value) || !value.isWellFormed())
    throw new Unusable(`${where} has a line break or another control character: remove it from the value of ${name}`)
  return value
}

function unknown(name: string, declared: readonly string[]): string {
  const near = closest(name, declared)
  const instead = near
    ? `did you mean ${near}?`
    : declared.length > 0
      ? `there are ${declared.join(', ')}`
      : 'remove it, they have no arguments'
  return `spec.analysis.args.${name} is no argument of the templates: ${instead}`
}

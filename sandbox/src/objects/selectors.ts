import { ApiError } from '../types.ts'
import { isMap } from './json.ts'
import { type Labels, satisfies } from './labelSelector.ts'

const operators = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: 'absent' } as const

/** A metav1.LabelSelector. As on the real server no selector at all matches nothing and an empty one everything. */
export function matchesSelector(selector: unknown, labels: Labels): boolean {
  if (!isMap(selector)) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (!satisfies({ key, operator: 'in', values: [String(value)] }, labels)) return false
  }
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = operators[operator as keyof typeof operators]
    if (!known || !satisfies({ key, operator: known, values: values ?? [] }, labels)) return false
  }
  return true
}

/**
 * A field selector as in ?fieldSelector=: `metadata.name=x,status.phase!=Running`. A field that is not there equals the empty
 * text. Which fields a kind allows is the server's business. Throws ApiError 400 when it cannot be read.
 */
export function parseFieldSelector(text: string): (object: unknown) => boolean {
  const terms = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const term = /^\s*([^=!\s]+)\s*(==|=|!=)(.*)$/.exec(part)
      if (!term) throw new ApiError(400, 'BadRequest', `invalid selector: '${part}'; can't understand '${part}'`)
      return { path: (term[1] ?? '').split('.'), wanted: term[2] !== '!=', value: (term[3] ?? '').trim() }
    })
  return (object) => terms.every(({ path, wanted, value }) => (fieldText(object, path) === value) === wanted)
}

/** The fields that a field selector names, so that the server can refuse those that a kind does not have. */
export const selectedFields = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.split(/[=!]/)[0]?.trim() ?? '')
    .filter((field) => field !== '')

function fieldText(object: unknown, path: readonly string[]): string {
  const value = path.reduce<unknown>((node, name) => (isMap(node) ? node[name] : undefined), object)
  return value === undefined || value === null ? '' : String(value)
}

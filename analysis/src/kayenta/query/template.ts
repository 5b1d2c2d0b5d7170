import { badQuery, field, instead, parameters, type QueryInput } from './scope.ts'

export type ScopeAttribute = 'project' | 'resourceType' | 'scope' | 'location'

/**
 * The query's custom filter, expanded: the inline template, else the named one, else undefined. A variable, `${name}` or escaped `$\{name}`,
 * is bound from the scope attributes the store allows, then the query's fields of the same names, then `extra`, then the scope's
 * parameters: the last one wins. Empty attributes do not bind.
 * @throws KayentaError 'bad-query' for an undefined variable, an unknown template, an expression, or the old `customFilter` field
 */
export function expandCustomFilter(
  input: QueryInput,
  attributes: readonly ScopeAttribute[],
  extra: Readonly<Record<string, string>> = {},
): string | undefined {
  const template = chosenTemplate(input)
  if (template === undefined) return undefined
  const bindings = new Map<string, string>()
  for (const name of attributes) {
    const value = input.scope[name]
    if (value) bindings.set(name, value)
  }
  for (const name of attributes) {
    const value = field(input.query, name)
    if (value !== undefined) bindings.set(name, value)
  }
  for (const [name, value] of Object.entries(extra)) bindings.set(name, value)
  for (const [name, value] of parameters(input.scope)) bindings.set(name, value)
  return expand(template, bindings, (name) =>
    attributes.some((attribute) => attribute === name) && !input.scope.fields.includes(name) ? instead(input.scope) : '',
  )
}

function chosenTemplate({ query, templates }: QueryInput): string | undefined {
  if (query.customFilter !== undefined && query.customFilter !== null) {
    throw badQuery('The query has a customFilter, which is no longer read; write it as customInlineTemplate.')
  }
  const inline = field(query, 'customInlineTemplate')
  if (inline !== undefined) return inline
  const name = field(query, 'customFilterTemplate')
  if (name === undefined) return undefined
  if (Object.keys(templates).length === 0) throw badQuery(`The query names the template ${name}, and the config has no templates.`)
  const template = Object.hasOwn(templates, name) ? templates[name] : undefined
  if (template === undefined) {
    throw badQuery(`The query names the template ${name}, which the config does not have; it has ${Object.keys(templates).join(', ')}.`)
  }
  return template
}

function expand(template: string, bindings: ReadonlyMap<string, string>, hint: (name: string) => string): string {
  return template.replace(/\$\\?\{([^}]*)\}/g, (_, inside: string) => {
    const name = inside.trim()
    const value = bindings.get(name)
    if (value !== undefined) return value
    if (!/^[\w@$.-]+$/.test(name)) throw badQuery(`The template has the expression ${name}; only plain variables are expanded.`)
    const known = [...bindings.keys()]
    const there = known.length === 0 ? 'there are none' : `there ${known.length === 1 ? 'is only' : 'are'} ${known.join(', ')}`
    throw badQuery(`The template uses the variable ${name}, which is not defined; ${there}.${hint(name)}`)
  })
}

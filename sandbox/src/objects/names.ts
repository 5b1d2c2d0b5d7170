// What names, labels and annotations may look like. Each check gives the reason why not, in the API's words, or undefined.

const labelForm = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const dnsLabelPattern = new RegExp(`^${labelForm}$`)
const dnsSubdomainPattern = new RegExp(`^${labelForm}(\\.${labelForm})*$`)
const dns1035Pattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const qualifiedPattern = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

const quoted = (form: string, examples: string[]): string => {
  const shown = examples.map((example) => `'${example}'`).join(',  or ')
  return `(e.g. ${shown}, regex used for validation is '${form}')`
}

export function dnsLabel(name: string): string | undefined {
  if (name.length > 63) return 'must be no more than 63 characters'
  if (dnsLabelPattern.test(name)) return undefined
  if (dnsSubdomainPattern.test(name)) return 'must not contain dots'
  const what =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
  return `${what} ${quoted(labelForm, ['my-name', '123-abc'])}`
}

export function dnsSubdomain(name: string): string | undefined {
  if (name.length > 253) return 'must be no more than 253 characters'
  if (dnsSubdomainPattern.test(name)) return undefined
  const what =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
  return `${what} (e.g. 'example.com', regex used for validation is '${labelForm}(\\.${labelForm})*')`
}

export function dns1035Label(name: string): string | undefined {
  if (name.length > 63) return 'must be no more than 63 characters'
  if (dns1035Pattern.test(name)) return undefined
  const what =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character"
  return `${what} ${quoted('[a-z]([-a-z0-9]*[a-z0-9])?', ['my-name', 'abc-123'])}`
}

/** Names of roles and the like: anything that fits into a path. */
export function pathSegment(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be '${name}'`
  const bad = ['/', '%'].find((char) => name.includes(char))
  return bad && `may not contain '${bad}'`
}

const keyWhat = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"

/** The key of a label or annotation: a name, before it perhaps a domain and a slash. */
export function qualifiedName(key: string): string | undefined {
  const parts = key.split('/')
  const [prefix, name] = parts.length === 1 ? [undefined, key] : parts
  const form = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
  const examples = quoted(form, ['MyName', 'my.name', '123-abc'])
  if (parts.length > 2 || name === undefined) {
    return `a valid label key ${keyWhat} ${examples} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
  }
  if (prefix === '') return 'prefix part must be non-empty'
  const problem = prefix === undefined ? undefined : dnsSubdomain(prefix)
  if (problem) return `prefix part ${problem}`
  if (name === '') return 'name part must be non-empty'
  if (name.length > 63) return 'name part must be no more than 63 bytes'
  return qualifiedPattern.test(name) ? undefined : `name part ${keyWhat} ${examples}`
}

export function labelValue(value: string): string | undefined {
  if (value.length > 63) return 'must be no more than 63 bytes'
  if (value === '' || qualifiedPattern.test(value)) return undefined
  const what =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
  return `${what} ${quoted('(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?', ['MyValue', 'my_value', '12345'])}`
}

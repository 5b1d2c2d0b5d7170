import { type Cause, child, forbidden, invalid, keyed, required, unsupported } from './causes.ts'
import { schemaProblems } from './crdSchema.ts'
import type { JsonMap } from './json.ts'
import { dns1035Label, dnsSubdomain } from './names.ts'

/**
 * What a real API server refuses in a CustomResourceDefinition: names, versions, schemas that are not structural, defaults that do not
 * fit, rules that do not compile or may cost too much. The definition must have its defaults (singular, listKind) already.
 */
export function crdProblems(crd: JsonMap): Cause[] {
  const spec: JsonMap = crd.spec ?? {}
  return [...nameProblems(crd, spec), ...versionProblems(spec), ...storedProblems(crd, spec)]
}

function nameProblems(crd: JsonMap, spec: JsonMap): Cause[] {
  const causes: Cause[] = []
  const names: JsonMap = spec.names ?? {}
  const wanted = `${names.plural}.${spec.group}`
  if (crd.metadata?.name !== wanted) causes.push(invalid('metadata.name', crd.metadata?.name, `must be spec.names.plural+"."+spec.group`))
  if (!spec.group) causes.push(required('spec.group'))
  else {
    const problem = dnsSubdomain(String(spec.group))
    if (problem) causes.push(invalid('spec.group', spec.group, problem))
    else if (!String(spec.group).includes('.')) causes.push(invalid('spec.group', spec.group, 'should be a domain with at least one dot'))
  }
  if (!spec.scope) causes.push(required('spec.scope'))
  else if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster')
    causes.push(unsupported('spec.scope', spec.scope, ['Cluster', 'Namespaced']))
  for (const [key, must] of [
    ['plural', true],
    ['singular', false],
    ['kind', true],
    ['listKind', true],
  ] as const) {
    const value = names[key]
    const cased = key === 'kind' || key === 'listKind'
    const found = value ? dns1035Label(cased ? String(value).toLowerCase() : String(value)) : undefined
    const problem = found && `${cased ? 'may have mixed case, but should otherwise match: ' : ''}${found}`
    if (!value && must) causes.push(required(`spec.names.${key}`))
    if (problem) causes.push(invalid(`spec.names.${key}`, value, problem))
  }
  for (const key of ['shortNames', 'categories']) {
    for (const [i, word] of (names[key] ?? []).entries()) {
      const problem = dns1035Label(String(word))
      if (problem) causes.push(invalid(keyed(`spec.names.${key}`, i), word, problem))
    }
  }
  if (names.kind && names.kind === names.listKind)
    causes.push(invalid('spec.names.listKind', names.listKind, 'kind and listKind may not be the same'))
  return causes
}

/** The internal struct, under Go's names; what all versions have in common stands elsewhere in it. */
const printedVersion = ({ name, served = false, storage = false, deprecated = false, deprecationWarning = null }: JsonMap) => ({
  Name: name,
  Served: served,
  Storage: storage,
  Deprecated: deprecated,
  DeprecationWarning: deprecationWarning,
  Schema: null,
  Subresources: null,
  AdditionalPrinterColumns: null,
  SelectableFields: null,
})

function versionProblems(spec: JsonMap): Cause[] {
  const causes: Cause[] = []
  const versions: JsonMap[] = spec.versions ?? []
  if (versions.length === 0) causes.push(required('spec.versions', 'must have at least one version'))
  const names = versions.map(({ name }) => String(name))
  const printed = versions.map(printedVersion)
  if (new Set(names).size < names.length) causes.push(invalid('spec.versions', printed, 'must contain unique version names'))
  const stored = versions.filter(({ storage }) => storage)
  if (versions.length > 0 && stored.length !== 1)
    causes.push(invalid('spec.versions', printed, 'must have exactly one version marked as storage version'))
  for (const [i, version] of versions.entries()) {
    const path = keyed('spec.versions', i)
    const problem = dns1035Label(String(version.name ?? ''))
    if (problem) causes.push(invalid(child(path, 'name'), version.name, problem))
    if (version.served === undefined) causes.push(required(child(path, 'served')))
    const schema = version.schema?.openAPIV3Schema
    if (!schema) causes.push(required(child(path, 'schema.openAPIV3Schema')))
    // With one version the real server names the schema by the path that it is stored under.
    else
      causes.push(...schemaProblems(schema, versions.length === 1 ? 'spec.validation.openAPIV3Schema' : `${path}.schema.openAPIV3Schema`))
    causes.push(...subresourceProblems(version.subresources?.scale, child(path, 'subresources.scale')))
    for (const [j, column] of (version.additionalPrinterColumns ?? []).entries()) {
      causes.push(...columnProblems(column, keyed(child(path, 'additionalPrinterColumns'), j)))
    }
  }
  return causes
}

/** What is stored must be described; a new definition stores its storage version. */
function storedProblems({ status }: JsonMap, { versions = [] }: JsonMap): Cause[] {
  const field = 'status.storedVersions'
  const described: string[] = versions.map(({ name }: JsonMap) => name)
  const stored: string[] = status?.storedVersions ?? versions.filter(({ storage }: JsonMap) => storage).map(({ name }: JsonMap) => name)
  if (stored.length === 0) return [invalid(field, null, 'must have at least one stored version')]
  return [...stored.entries()]
    .filter(([, name]) => !described.includes(name))
    .map(([i, name]) => {
      const migration = `until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`
      const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions ${migration}`
      return invalid(keyed(field, i), name, why)
    })
}

function subresourceProblems(scale: JsonMap | undefined, path: string): Cause[] {
  if (!scale) return []
  const causes: Cause[] = []
  for (const [key, under] of [
    ['specReplicasPath', '.spec.'],
    ['statusReplicasPath', '.status.'],
  ] as const) {
    if (!scale[key]) causes.push(required(child(path, key)))
    else if (!String(scale[key]).startsWith(under))
      causes.push(invalid(child(path, key), scale[key], `should be a json path under ${under.slice(0, -1)}`))
  }
  return causes
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']

function columnProblems({ name, type, jsonPath }: JsonMap, path: string): Cause[] {
  const causes: Cause[] = []
  if (!name) causes.push(required(child(path, 'name')))
  if (!type) causes.push(required(child(path, 'type'), `must be one of ${columnTypes.join(',')}`))
  else if (!columnTypes.includes(type)) causes.push(invalid(child(path, 'type'), type, `must be one of ${columnTypes.join(',')}`))
  if (!jsonPath) causes.push(required(child(path, 'jsonPath')))
  else if (!String(jsonPath).startsWith('.')) causes.push(forbidden(child(path, 'jsonPath'), 'must be a simple json path starting with .'))
  return causes
}

/** A request's path, taken apart. */
export type Address = ResourceAddress | { type: 'other'; path: string; query: URLSearchParams }

export interface ResourceAddress {
  type: 'resource'
  group: string
  version: string
  resource: string
  namespace?: string
  name?: string
  subresource?: string
  query: URLSearchParams
}

/** Reads `/api/v1/...` and `/apis/GROUP/VERSION/...`; every other path is 'other'. */
export function addressOf(pathAndQuery: string): Address {
  const mark = pathAndQuery.indexOf('?')
  const path = mark < 0 ? pathAndQuery : pathAndQuery.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : pathAndQuery.slice(mark + 1))
  const parts = path.split('/').filter((part) => part !== '')
  const other: Address = { type: 'other', path, query }
  const decodedParts = parts.map(unescaped)
  if (decodedParts.includes(undefined)) return other
  const [root, ...rest] = decodedParts as string[]
  const core = root === 'api'
  if (!core && root !== 'apis') return other
  const [group, version, ...tail] = core ? ['', ...rest] : rest
  if (group === undefined || version === undefined || tail.length === 0) return other
  return withTarget({ type: 'resource', group, version, resource: '', query }, tail) ?? other
}

function withTarget(address: ResourceAddress, tail: readonly string[]): ResourceAddress | undefined {
  const [first = '', second, third, ...more] = tail
  if (first === 'namespaces' && address.group === '' && (third === undefined || third === 'status' || third === 'finalize')) {
    if (more.length > 0) return undefined
    return {
      ...address,
      resource: 'namespaces',
      ...(second === undefined ? {} : { name: second, namespace: second }),
      ...(third === undefined ? {} : { subresource: third }),
    }
  }
  if (first === 'namespaces' && second !== undefined && third !== undefined) {
    return named({ ...address, namespace: second, resource: third }, more)
  }
  return named({ ...address, resource: first }, tail.slice(1))
}

function named(address: ResourceAddress, rest: readonly string[]): ResourceAddress | undefined {
  const [name, subresource, ...more] = rest
  if (more.length > 0) return undefined
  return { ...address, ...(name === undefined ? {} : { name }), ...(subresource === undefined ? {} : { subresource }) }
}

function unescaped(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/**
 * The value at a path of nested maps, as Kayenta walks its configuration: a list on the way maps over its elements, leaving out those that
 * have nothing there; undefined for nothing.
 */
export function lookup(data: unknown, ...path: readonly string[]): unknown {
  const [head, ...rest] = path
  if (head === undefined) return data
  if (Array.isArray(data)) {
    const found = data.map((element) => lookup(element, ...path)).filter((value) => value !== undefined)
    return found.length === 0 ? undefined : found
  }
  if (!isRecord(data) || !Object.hasOwn(data, head)) return undefined
  return lookup(data[head], ...rest)
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

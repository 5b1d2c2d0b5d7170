/** Where two JSON values first differ, as a sentence, or undefined when they are the same: numbers to the last bit, the order of keys aside. */
export function difference(was: unknown, is: unknown, path = ''): string | undefined {
  if (isObject(was) && isObject(is)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    for (const key of keys) {
      const at = Array.isArray(was) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
      const found = difference(own(was, key), own(is, key), at)
      if (found !== undefined) return found
    }
    return Array.isArray(was) === Array.isArray(is) ? undefined : `${path} changed its kind`
  }
  return was === is ? undefined : `${path} was ${text(was)} and is ${text(is)}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function text(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value)
}

import { accessOf } from './access.ts'
import type { Provider } from './provider.ts'
import { filledText, literalText, sourceFor, Unconvertible } from './scene.ts'

/** Any HTTP service. The source is its server; path and query of the address, or the body, are the query. */
export const web: Provider = {
  key: 'web',
  shape: 'document',
  convert(reading, scene, path) {
    const method = reading.at('method').text() ?? 'GET'
    if (method !== 'GET' && method !== 'POST')
      throw new Unconvertible(`method ${method} has no counterpart`, 'let the service answer to GET or POST')
    const url = reading.at('url').text() ?? ''
    const [, origin = '', rest = ''] = /^(https?:\/\/[^/?#]*)(.*)$/is.exec(url) ?? []
    const host = literalText(origin, scene)
    const pointer = [...pointerOf(reading.at('jsonPath').text() ?? '{$}'), ...path]
      .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join('')
    const access = accessOf(reading, scene, 'timeoutSeconds')
    const body = bodyOf(reading)
    const posting = method === 'POST'
    if (!posting && body !== undefined) throw new Unconvertible('a GET with a body has no counterpart', 'write its values into the address')
    const address = posting ? host + literalText(rest, scene) : host
    const spec = {
      web: { url: address, ...(posting ? { method: 'POST' as const } : {}), ...(pointer === '' ? {} : { pointer }) },
      ...access,
    }
    const query = posting ? filledText(body ?? '{}', scene) : filledText(rest === '' ? '/' : rest, scene)
    return { query, source: sourceFor(scene, `web-${host.replace(/^https?:\/\//i, '')}`, spec) }
  },
}

function bodyOf(reading: Parameters<Provider['convert']>[0]): string | undefined {
  const json = reading.at('jsonBody').take()
  const text = reading.at('body').text()
  return text ?? (json === undefined ? undefined : typeof json === 'string' ? json : JSON.stringify(json))
}

/** Keys of a JSONPath that names one place, like {$.data.items[0]['a b']}. */
function pointerOf(jsonPath: string): (string | number)[] {
  const inner = /^\s*\{?\s*\$?(.*?)\s*\}?\s*$/s.exec(jsonPath)?.[1] ?? ''
  const keys: (string | number)[] = []
  let rest = inner
  while (rest !== '' && rest !== '.') {
    const found = /^(?:\.?\[(\d+)\]|\.?\[(?:'([^']*)'|"([^"]*)")\]|\.?([A-Za-z_][-\w]*))/.exec(rest)
    if (!found)
      throw new Unconvertible(
        `jsonPath ${jsonPath} names more than one place, or one that cannot be told`,
        'write the pointer of a MetricSource: web: {pointer: /data/0/value}',
      )
    const [all, index, single, double, name] = found
    keys.push(index === undefined ? (single ?? double ?? name ?? '') : Number(index))
    rest = rest.slice(all.length)
  }
  return keys
}

import type { KubeObject } from './converter.ts'
import type { Reading } from './reading.ts'

/** Name, namespace, labels and annotations of what is read, for an object that stands for it; undefined, and said, where there is no name. */
export function metadataOf(reading: Reading): KubeObject['metadata'] | undefined {
  const metadata = reading.at('metadata')
  const name = metadata.at('name').text()
  if (!name) {
    reading.say({ severity: 'lost', what: 'it has no metadata.name', doInstead: 'give it one' })
    return undefined
  }
  const namespace = metadata.at('namespace').text()
  const labels = textsOf(metadata.at('labels'))
  const annotations = textsOf(metadata.at('annotations'))
  return { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) }
}

/** A map of texts; entries of another type are not taken. Undefined when there is none. */
export function textsOf(reading: Reading): Record<string, string> | undefined {
  const entries = reading.fields().flatMap(([key, value]) => {
    const text = value.text()
    return text === undefined ? [] : [[key, text] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

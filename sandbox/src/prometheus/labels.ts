/** Names and values of a series; the metric's name is the label `__name__`. An empty value is the same as no label. */
export type Labels = Readonly<Record<string, string>>

export const nameLabel = '__name__'

const signatures = new WeakMap<Labels, string>()
const nameless = new WeakMap<Labels, Labels>()

/** Equal for equal label sets only. */
export function signature(labels: Labels): string {
  const known = signatures.get(labels)
  if (known !== undefined) return known
  const made = signatureOf(labels, Object.keys(labels).sort())
  signatures.set(labels, made)
  return made
}

/** Of the named labels alone; `names` in a fixed order. */
export function signatureOf(labels: Labels, names: readonly string[]): string {
  let text = ''
  for (const name of names) {
    const value = labels[name]
    if (value) text += `${name}\u0000${value}\u0001`
  }
  return text
}

/** The labels without the metric's name; the same object for the same labels. */
export function withoutName(labels: Labels): Labels {
  if (!(nameLabel in labels)) return labels
  const known = nameless.get(labels)
  if (known) return known
  const { [nameLabel]: _, ...rest } = labels
  nameless.set(labels, rest)
  return rest
}

/** Only the named labels, or all but the named ones (the metric's name goes then too). */
export function regrouped(labels: Labels, grouping: { without: boolean; labels: readonly string[] }): Labels {
  const kept = Object.entries(labels).filter(([name]) =>
    grouping.without ? name !== nameLabel && !grouping.labels.includes(name) : grouping.labels.includes(name),
  )
  return Object.fromEntries(kept)
}

/** As Prometheus writes them in messages: {a="b", c="d"}. */
export function labelsText(labels: Labels): string {
  const parts = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${parts.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}

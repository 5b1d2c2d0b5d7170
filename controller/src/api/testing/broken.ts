import fc from 'fast-check'

const junk = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant([]),
  fc.constant({}),
  fc.constantFrom('fresh', 'manual', '10m', '0s', '5%', 'Deployment', 'DaemonSet', 'web', 'default', 'Cluster'),
)

/** Valid values in which one random place was overwritten, removed or added to. */
export function broken(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const how = fc.constantFrom('overwrite' as const, 'remove' as const, 'add' as const)
  const added = fc.constantFrom('weight', 'steps', 'colour', 'ratio', 'web')
  return fc.tuple(valid, fc.nat(), junk, how, added).map(([spec, where, value, how, key]) => {
    const copy = structuredClone(spec) as unknown
    const places: { holder: Record<string | number, unknown>; key: string }[] = []
    const visit = (holder: unknown) => {
      if (typeof holder !== 'object' || holder === null) return
      for (const [inner, child] of Object.entries(holder)) {
        places.push({ holder: holder as Record<string, unknown>, key: inner })
        visit(child)
      }
    }
    visit(copy)
    const place = places[where % places.length]
    if (!place) return copy
    if (how === 'overwrite') place.holder[place.key] = value
    else if (how === 'remove' && !Array.isArray(place.holder)) delete place.holder[place.key]
    else if (how === 'add' && !Array.isArray(place.holder)) place.holder[key] = value
    return copy
  })
}

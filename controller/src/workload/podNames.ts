/** Generated names keep 58 letters of what they are made from. */
const keptLetters = 58

/** What the names of a ReplicaSet's pods begin with. */
export function podPrefix(set: string): string {
  return `${set}-`.slice(0, keptLetters)
}

/** Regular expression that matches the names of a ReplicaSet's pods, whole, and of no other set. */
export function podPattern(set: string): string {
  return `${podPrefix(set).replace(/[.]/g, '\\.')}[a-z0-9]{5}`
}

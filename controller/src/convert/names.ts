/** A name that a metric may have, made of any text: other characters become "-". Ends in a number where the name is taken, and takes it. */
export function metricName(text: string, taken: Set<string>): string {
  return free(trimmed(text.replace(/[^-_ a-zA-Z0-9]+/g, '-'), 63) || 'metric', taken, 63)
}

/** A name that an object may have, made of any text. */
export function objectName(text: string): string {
  return trimmed(text.toLowerCase().replace(/[^-.a-z0-9]+/g, '-'), 63) || 'converted'
}

function free(name: string, taken: Set<string>, longest: number): string {
  let found = name
  for (let number = 2; taken.has(found); number++) {
    const ending = `-${number}`
    found = trimmed(name, longest - ending.length) + ending
  }
  taken.add(found)
  return found
}

/** Begins and ends with a letter or digit. */
function trimmed(text: string, longest: number): string {
  return text
    .replace(/^[^a-zA-Z0-9]+/, '')
    .slice(0, longest)
    .replace(/[^a-zA-Z0-9]+$/, '')
}

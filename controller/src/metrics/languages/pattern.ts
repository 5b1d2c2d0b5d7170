/** What is wrong with a regular expression that would let it reach beyond its place, in a sentence; undefined: nothing. */
export function soundPattern(pattern: string): string | undefined {
  let depth = 0
  let inClass = false
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]
    if (character === '\\') {
      at++
      if (at === pattern.length) return 'the regular expression of the pods ends with a backslash: remove it'
    } else if (inClass) inClass = character !== ']'
    else if (character === '[') {
      inClass = true
      // A bracket that comes first stands for itself.
      if (pattern[at + 1] === '^') at++
      if (pattern[at + 1] === ']') at++
    } else if (character === '(') depth++
    else if (character === ')') depth--
    if (depth < 0) break
  }
  return depth === 0 && !inClass
    ? undefined
    : 'the regular expression of the pods has brackets that do not match: write each "(" with its ")" and "[" with its "]"'
}

/** One command of a block. */
export interface CommandLine {
  /** As it stands there, without its comment. */
  text: string
  words: string[]
  /** What a comment `# exit code N` promises; else 0. */
  exitCode: number
  /** What is sent into it: the shell command before the last `|`. */
  from?: string
}

/** The commands of a block, one a line; a line that ends in `\` goes on. */
export function commandLines(block: string): CommandLine[] {
  return block
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(commandLine)
}

function commandLine(line: string): CommandLine {
  const { words, comment, pipe, end } = scanned(line)
  const text = line.slice(0, end).trim()
  const exitCode = Number(/exit code (\d+)/.exec(comment)?.[1] ?? 0)
  if (pipe === undefined) return { text, words, exitCode }
  return { text, words: scanned(text.slice(pipe + 1)).words, exitCode, from: text.slice(0, pipe).trim() }
}

/** Words as a shell would split them: quotes keep together, ` #` begins a comment. Variables and the like are not known. */
function scanned(line: string): { words: string[]; comment: string; pipe?: number; end: number } {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  let pipe: number | undefined
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at)
    if (quote !== '') {
      if (letter === quote) quote = ''
      else word += letter
    } else if (letter === "'" || letter === '"') {
      quote = letter
      word ??= ''
    } else if (letter === '#' && word === undefined)
      return { words, comment: line.slice(at), ...(pipe === undefined ? {} : { pipe }), end: at }
    else if (letter === ' ' || letter === '|') {
      if (word !== undefined) words.push(word)
      word = undefined
      if (letter === '|') pipe = at
    } else word = (word ?? '') + letter
  }
  if (quote !== '') throw new Error(`a quote without an end: ${line}`)
  if (word !== undefined) words.push(word)
  return { words, comment: '', ...(pipe === undefined ? {} : { pipe }), end: line.length }
}

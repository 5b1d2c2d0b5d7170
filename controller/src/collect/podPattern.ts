import { type PatternNode, parsePattern, wrong } from './podPatternParser.ts'

type Instruction =
  | { readonly op: 'char'; readonly fits: (char: number) => boolean }
  | { readonly op: 'split'; readonly to: number[] }
  | { readonly op: 'begin' }
  | { readonly op: 'end' }
  | { readonly op: 'match' }

const longest = 1024
/** Repeats within repeats multiply: a pattern beyond it is not for names of pods. */
const mostInstructions = 10_000

/**
 * Whether a text as a whole is one that the pattern describes, by the rules of RE2 for literals, classes, `.`, `*`, `+`, `?`, `|`, groups, `^`, `$` and
 * bounded repeats. Throws a PatternError that says where anything else is. O(length of the pattern * length of the text), whatever the pattern:
 * patterns come from users, and one that backtracks could hold up everybody.
 */
export function podPattern(pattern: string): (text: string) => boolean {
  if (pattern.length > longest) throw wrong(pattern, undefined, `is longer than ${longest} characters`)
  const program = compile(pattern)
  return (text) => matches(program, text)
}

function compile(pattern: string): Instruction[] {
  const program: Instruction[] = []
  const add = (instruction: Instruction) => {
    if (program.length >= mostInstructions) throw wrong(pattern, undefined, 'repeats too much')
    program.push(instruction)
  }
  const split = (...to: number[]) => {
    const instruction = { op: 'split' as const, to }
    add(instruction)
    return instruction
  }
  const emit = (node: PatternNode): void => {
    switch (node.is) {
      case 'char':
        add({ op: 'char', fits: node.fits })
        return
      case 'begin':
      case 'end':
        add({ op: node.is })
        return
      case 'sequence':
        for (const part of node.parts) emit(part)
        return
      case 'choice': {
        const fork = split()
        const leave: { to: number[] }[] = []
        for (const part of node.parts) {
          fork.to.push(program.length)
          emit(part)
          leave.push(split())
        }
        for (const one of leave) one.to.push(program.length)
        return
      }
      case 'repeat': {
        for (let count = 0; count < node.least; count++) emit(node.part)
        if (node.most === Number.POSITIVE_INFINITY) {
          const loop = split(program.length + 1)
          const start = program.length - 1
          emit(node.part)
          split(start)
          loop.to.push(program.length)
          return
        }
        const skips: { to: number[] }[] = []
        for (let count = node.least; count < node.most; count++) {
          skips.push(split(program.length + 1))
          emit(node.part)
        }
        for (const skip of skips) skip.to.push(program.length)
      }
    }
  }
  emit(parsePattern(pattern))
  add({ op: 'match' })
  return program
}

/** Follows all ways through the program at once, a character at a time. */
function matches(program: readonly Instruction[], text: string): boolean {
  const chars = [...text]
  const marks = new Int32Array(program.length).fill(-1)
  let now: number[] = []
  const enter = (into: number[], start: number, at: number) => {
    const open = [start]
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (marks[place] === at) continue
      marks[place] = at
      const instruction = program[place]
      if (instruction?.op === 'split') open.push(...instruction.to)
      else if (instruction?.op === 'begin' || instruction?.op === 'end') {
        if (at === (instruction.op === 'begin' ? 0 : chars.length)) open.push(place + 1)
      } else into.push(place)
    }
  }
  enter(now, 0, 0)
  for (const [at, char] of chars.entries()) {
    const next: number[] = []
    const code = char.codePointAt(0) ?? 0
    for (const place of now) {
      const instruction = program[place]
      if (instruction?.op === 'char' && instruction.fits(code)) enter(next, place + 1, at + 1)
    }
    if (next.length === 0) return false
    now = next
  }
  return now.some((place) => program[place]?.op === 'match')
}

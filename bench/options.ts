import type { ParseArgsOptionsConfig } from 'node:util'

/** Options that benches have in common. */
export const sharedOptions = {
  quick: { type: 'boolean', default: false },
  runs: { type: 'string' },
  only: { type: 'string', multiple: true, default: [] as string[] },
  seed: { type: 'string', default: '1' },
  workers: { type: 'string' },
} satisfies ParseArgsOptionsConfig

/** The words of an option that may be given several times, each with several words apart by commas. */
export function wordsOf(given: readonly string[]): string[] {
  return given.flatMap((words) => words.split(',')).filter((word) => word !== '')
}

/** Throws an Error with a sentence for what is no such number. */
export function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > 0xffffffff)
    throw new Error(`--${name} ${text}: write a whole number from ${least} on`)
  return value
}

/** The options of the command line; ends the process with a sentence when they make no sense. */
export function optionsOrExit<Options>(read: (args: readonly string[]) => Options): Options {
  try {
    return read(process.argv.slice(2))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  }
}

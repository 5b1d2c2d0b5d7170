import type { Pledge } from '../promises.ts'

export const quiet: readonly Pledge[] = [
  {
    name: 'idle is silent',
    says: 'Where nothing happens nothing is written.',
    watch() {
      let writes: string[] = []
      let resting = false
      return {
        wrote(request) {
          if (resting) writes.push(request)
          return undefined
        },
        rested() {
          resting = true
          writes = []
          return undefined
        },
        idle: () => (writes.length === 0 ? undefined : `nobody did anything, and still: ${writes.slice(0, 5).join(', ')}`),
      }
    },
  },
  {
    name: 'no loud bugs',
    says: 'Nothing a controller meets makes it fail in a way that it did not foresee.',
    watch() {
      return {
        logged: (line) =>
          /TypeError|ReferenceError|RangeError|is not a function|Cannot read prop/.test(line) ? line.slice(0, 600) : undefined,
      }
    },
  },
]

// The folders that promise to be pure have no clock, no randomness, no I/O and no logging: that is what makes them testable and replayable.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, root, sources } from './files.ts'

const pure = [
  'analysis/src/',
  'controller/src/rollout/',
  'controller/src/workload/',
  'controller/src/traffic/',
  'controller/src/convert/',
  'controller/src/migrate/',
]

const impure: readonly [RegExp, string][] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\b/, 'reads a clock'],
  [/\bMath\.random\b|\bcrypto\b/, 'is random'],
  [/\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/, 'starts a timer'],
  [/from\s+['"]node:|\brequire\(/, 'reaches for the machine'],
  [/\bprocess\./, 'reads the process'],
  [/\bconsole\./, 'logs'],
  [/\bfetch\(|from\s+['"](undici|pino|fastify|@kubernetes)/, 'does I/O'],
  [/^\s*(async\s|export async\s)|\bawait\s/, 'waits'],
]

export function impurities(): string[] {
  return sources()
    .filter((file) => pure.some((folder) => file.startsWith(folder)) && !/\.test\.ts$|\/testing\//.test(file))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, at) => {
          const code = line
            .replace(/\/\/.*$|^\s*\*.*$|\/\*\*?.*?\*\//g, '')
            .replace(/'[^']*'|"[^"]*"/g, (text) => (/^.(node:|undici|pino|fastify|@kubernetes)/.test(text) ? text : "''"))
          return impure.filter(([pattern]) => pattern.test(code)).map(([, what]) => `${file}:${at + 1} ${what}: ${line.trim()}`)
        }),
    )
}

if (import.meta.main) fail('impure code in a pure folder', impurities())

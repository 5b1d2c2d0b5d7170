// Folder = package = rule of dependency. Reads the imports of every source file and refuses an arrow that is not drawn here.
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fail, root, sources } from './files.ts'

/** What a package's own code may import of ours. */
const packages: Record<string, readonly string[]> = {
  analysis: [],
  controller: ['analysis'],
  web: ['controller'],
  sandbox: [],
  test: ['analysis', 'bench', 'controller', 'sandbox', 'web', 'scripts'],
  bench: ['analysis', 'controller', 'sandbox', 'test', 'scripts'],
  scripts: ['controller', 'sandbox'],
}

/** Rooms of the controller, and which other rooms each may use. `clock` is the file clock.ts. */
const rooms: Record<string, readonly string[]> = {
  api: ['kube', 'traffic', 'evidence', 'metrics'],
  kube: ['clock'],
  traffic: ['kube'],
  workload: ['kube', 'rollout', 'traffic'],
  metrics: ['api', 'kube', 'clock'],
  collect: ['api', 'clock', 'metrics'],
  evidence: ['api', 'clock', 'metrics'],
  convert: ['api', 'traffic'],
  rollout: ['api', 'kube', 'clock', 'traffic', 'workload', 'evidence'],
  migrate: ['api', 'convert', 'kube', 'clock', 'traffic', 'workload'],
  notify: ['api', 'kube', 'clock', 'metrics', 'traffic'],
  reconcile: ['api', 'kube', 'clock', 'notify', 'rollout', 'traffic', 'workload', 'evidence', 'metrics', 'collect'],
  telemetry: ['kube'],
  server: ['api', 'kube', 'clock', 'rollout', 'evidence', 'collect', 'metrics', 'telemetry', 'traffic', 'workload', 'cli'],
  cli: ['api', 'convert', 'kube', 'clock', 'rollout', 'traffic', 'workload', 'evidence', 'metrics', 'collect', 'migrate', 'dashboard'],
}

/** Of kube/, the pure rooms may use the words only, as types. */
const pureRooms = new Set(['traffic', 'workload', 'rollout'])

export function wrongArrows(): string[] {
  const wrong: string[] = []
  for (const file of sources()) {
    const from = file.split('/')
    const home = from[0] ?? ''
    if (!(home in packages)) continue
    for (const { specifier, typeOnly } of importsOf(file)) {
      const target = specifier.startsWith('.')
        ? normalize(join(dirname(file), specifier))
        : specifier.startsWith('@serin/')
          ? specifier.slice('@serin/'.length)
          : undefined
      if (target === undefined) continue
      const to = target.split('/')
      const away = to[0] ?? ''
      // Tests beside the code may hold it against the embedded cluster; the code itself may not know it.
      if (away === 'sandbox' && /\.test\.ts$/.test(file)) continue
      if (away !== home && !(packages[home] ?? []).includes(away)) {
        wrong.push(`${file}: ${home} must not import ${away} (${specifier})`)
        continue
      }
      if (home === 'web' && away === 'controller' && !(typeOnly && target.startsWith('controller/src/server/dto/')))
        wrong.push(`${file}: of the controller, web knows the types of server/dto/ only (${specifier})`)
      if (home !== 'controller' || away !== 'controller' || from.length < 4 || /\.test\.ts$|\/testing\//.test(file)) continue
      const room = from[2] ?? ''
      const other = to.length > 3 ? (to[2] ?? '') : (to[2] ?? '').replace(/\.ts$/, '')
      if (room === other || specifier.endsWith('package.json')) continue
      if (!(rooms[room] ?? []).includes(other)) wrong.push(`${file}: ${room}/ must not import ${other} (${specifier})`)
      else if (pureRooms.has(room) && (other === 'kube' || other === 'clock') && !typeOnly)
        wrong.push(`${file}: ${room}/ is pure: of ${other} only types (${specifier})`)
    }
  }
  return wrong
}

function importsOf(file: string): { specifier: string; typeOnly: boolean }[] {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(
    /^(import|export)(\s+type)?\s[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm,
  )
  return [...found].map(([, , type, from, bare, dynamic]) => ({ specifier: from ?? bare ?? dynamic ?? '', typeOnly: type !== undefined }))
}

if (import.meta.main) fail('wrong arrows between folders', wrongArrows())

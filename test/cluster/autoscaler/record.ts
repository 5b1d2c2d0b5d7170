// Asks the autoscaler of Kubernetes itself, and writes its answers down for the tests of the sandbox's:
//   node test/cluster/autoscaler/record.ts   (Go; some minutes. Only after a change of record_test.go or of the version in ../controlplane/go.mod)
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const here = import.meta.dirname
const golden = join(here, '../../../sandbox/src/controllers/golden')
const work = mkdtempSync(join(tmpdir(), 'serin-autoscaler-'))
const go = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  execFileSync('go', args, { cwd: work, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
try {
  for (const name of ['go.mod', 'go.sum']) cpSync(join(here, '../controlplane', name), join(work, name))
  const source = join(go(['list', '-m', '-f', '{{.Dir}}', 'k8s.io/kubernetes']).trim(), 'pkg/controller/podautoscaler')
  // The limits are not exported: the recording is a test of a copy of the package.
  for (const name of readdirSync(source).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go')))
    cpSync(join(source, name), join(work, 'podautoscaler', name))
  cpSync(join(here, 'record_test.go'), join(work, 'podautoscaler/record_test.go'))
  console.log(go(['test', '-p', '2', '-count', '1', './podautoscaler'], { RECORD_FOLDER: golden, CGO_ENABLED: '0' }))
} finally {
  execFileSync('chmod', ['-R', 'u+w', work])
  rmSync(work, { recursive: true, force: true })
}

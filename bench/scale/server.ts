// The embedded cluster in a process of its own: API server, native controllers and pods, with Serin's kinds and policies. Says where it listens.
import { createSandbox } from '../../sandbox/src/sandbox.ts'
import { testUsers } from '../../test/cluster/users.ts'
import { definitions, installation } from '../../test/dsl/install.ts'

const sandbox = createSandbox({
  tokens: Object.fromEntries(Object.values(testUsers).map(({ token, username, groups, uid }) => [token, { username, groups, uid }])),
  images: { demo: { startMs: 500 } },
  events: false,
  // Nobody asks it: the rollouts have no analysis.
  prometheus: { scrapeMs: 3_600_000 },
})
for (const object of [...definitions(), ...installation()]) sandbox.api.create(object)
const { url } = await sandbox.listen(0)
process.send?.(url)
process.once('disconnect', () => process.exit(0))

// The embedded API server in a process of its own, with Serin's kinds and policies.
import { systemClock } from '../../../sandbox/src/apiserver/clock.ts'
import { createApiServer } from '../../../sandbox/src/apiserver/server.ts'
import { testUsers } from '../../../test/cluster/users.ts'
import { definitions, installation } from '../../../test/dsl/install.ts'

const tokens = Object.fromEntries(Object.values(testUsers).map(({ token, username, groups, uid }) => [token, { username, groups, uid }]))
const server = createApiServer({ clock: systemClock, tokens })
for (const object of [...definitions(), ...installation()]) server.api.create(object)
const { url } = await server.listen(0)
process.send?.(url)
process.once('disconnect', () => process.exit(0))

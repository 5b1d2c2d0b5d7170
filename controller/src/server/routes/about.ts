import { programVersion } from '../../cli/programVersion.ts'
import { exchangeJson } from '../../kube/body.ts'
import type { Transport } from '../../kube/types.ts'
import type { Routes } from '../app.ts'
import { About } from '../dto/session.ts'

/** GET /about: what runs here. */
export const aboutRoutes: Routes = (app, { releases, options, clock, transport }) => {
  const startedAt = new Date(clock.now()).toISOString()
  app.get(
    '/about',
    { config: { access: 'person' }, schema: { summary: 'The server', tags: ['server'], response: { 200: About } } },
    async (): Promise<About> => ({
      version: programVersion,
      cluster: await versionOf(transport),
      readOnly: options.readOnly,
      teamLabel: options.teamLabel,
      synced: releases.isSynced(),
      rollouts: [...releases.all()].length,
      streams: app.openStreams(),
      startedAt,
    }),
  )
}

async function versionOf(transport: Transport): Promise<string> {
  const { gitVersion } = (await exchangeJson(transport, { method: 'GET', path: '/version' })) as { gitVersion?: string }
  return gitVersion ?? ''
}

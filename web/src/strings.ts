import { actions } from './strings/actions.ts'
import { demo } from './strings/demo.ts'
import { evidence } from './strings/evidence.ts'
import { frame } from './strings/frame.ts'
import { login } from './strings/login.ts'
import { notifiers } from './strings/notifiers.ts'
import { palette } from './strings/palette.ts'
import { release } from './strings/release.ts'
import { releases } from './strings/releases.ts'
import { report } from './strings/report.ts'
import { settings } from './strings/settings.ts'
import { sources } from './strings/sources.ts'
import { statistics } from './strings/statistics.ts'
import { templates } from './strings/templates.ts'

/** Every word of the page. A sentence with values in it is a function. Another language is another object of the same shape. */
export const strings = {
  common: {
    product: 'Serin',
  },
  parts: {
    phase: { Healthy: 'Healthy', Progressing: 'Progressing', Paused: 'Paused', Degraded: 'Degraded', Unknown: 'Not looked at yet' },
    result: { Promoted: 'Promoted', RolledBack: 'Rolled back', Superseded: 'Superseded', Aborted: 'Aborted' },
    attention: {
      Approval: 'Needs approval',
      Decision: 'Needs a decision',
      Stuck: 'Stuck',
      NoData: 'No data',
      Paused: 'Paused',
      RolledBack: 'Rolled back',
      Failed: 'Failed',
    },
    weight: (wanted: number, actual: number) => (wanted === actual ? `${actual} %` : `${actual} % of ${wanted} %`),
    weightLabel: 'Share of the traffic',
    copy: 'Copy',
    copied: 'Copied',
    notCopied: 'The browser did not let it be copied: select it and copy by hand.',
    close: 'Close',
    loading: 'Loading',
    toasts: 'Messages',
    stale: 'Not live: what you see may be old. Releases go on without this page.',
    updated: 'Updated',
    error: {
      unreachable: 'The server cannot be reached',
      unexpected: 'Something went wrong on this page',
      effect: 'Releases under way continue: they do not need this page.',
      missing: ({ verb, resource, namespace, name }: { verb: string; resource: string; namespace?: string; name?: string }) =>
        `Missing right: ${verb} ${resource}${name ? ` "${name}"` : ''} ${namespace ? `in namespace ${namespace}` : 'in the whole cluster'}. Whoever manages roles there can grant it.`,
      found: (code: string, requestId: string) => `${code}, request ${requestId}`,
      retry: 'Try again',
    },
    dialog: {
      cancel: 'Cancel',
      reason: 'Reason',
      reasonOptional: 'Reason (optional)',
      reasonNeeded: 'Say why: others will ask.',
      typed: (value: string) => `Type ${value} to confirm`,
      typedNeeded: (value: string) => `Type ${value} first.`,
    },
  },
  frame,
  login,
  palette,
  releases,
  settings,
  release,
  actions,
  evidence,
  report,
  templates,
  sources,
  notifiers,
  statistics,
  demo,
} as const

/** Words of the notifications: who is told what. */
export const notifiers = {
  title: 'Notifications',
  lead: 'Who is told what happens to releases, and whether it arrives.',
  caption: 'Notifiers',
  columns: {
    name: 'Notifier',
    state: 'State',
    scope: 'Where',
    tells: 'Tells',
    last: 'Last arrived',
    counts: 'Waiting',
    test: 'Test',
    recent: 'Recent',
  },
  scope: { Cluster: 'whole cluster' },
  state: { Ready: 'arrives', Failing: 'does not arrive', Unknown: 'nothing sent yet' },
  targets: {
    slack: 'Slack',
    teams: 'Teams',
    webhook: 'Webhook',
    email: 'Mail',
    pagerDuty: 'PagerDuty',
    opsgenie: 'Opsgenie',
    github: 'GitHub',
    unknown: 'of a kind that this version does not know',
  } as Readonly<Record<string, string>>,
  events: {
    RunStarted: 'started',
    WaitingForApproval: 'waits for approval',
    Paused: 'paused',
    Promoted: 'promoted',
    RolledBack: 'rolled back',
    Aborted: 'aborted',
    Superseded: 'superseded',
    Degraded: 'degraded',
    SourceDown: 'source is down',
    Recovered: 'recovered',
  } as Readonly<Record<string, string>>,
  ofNamespaces: (names: readonly string[]) => `of ${names.join(', ')}`,
  ofRollouts: (which: readonly string[]) => `only ${which.join(', ')}`,
  never: 'never',
  pending: (count: number) => `${count} on the way`,
  dead: (count: number) => `${count} given up`,
  nothing: 'nothing',
  banner: (failing: number) => `Messages of ${failing} ${failing === 1 ? 'Notifier do' : 'Notifiers do'} not arrive`,
  bannerText: 'They are tried again for a day. Releases go on meanwhile: none waits for a message.',
  filter: 'Filter Notifiers',
  show: 'Show Notifiers whose state is',
  all: 'all',
  counted: (shown: number, all: number) => `${shown} of ${all}`,
  noMatch: (all: number) => `0 of ${all} Notifiers match`,
  clear: 'Clear the filter',
  empty: 'Nobody is told yet',
  emptyText:
    'There is no Notifier, or you may not list them. One of these tells a channel what a person must know of the releases of its namespace: approvals, ends, problems.',
  emptyCommand: `kubectl create secret generic slack --from-literal=webhook=https://hooks.slack.com/...
kubectl apply -f - <<'EOF'
apiVersion: serin.dev/v1alpha1
kind: Notifier
metadata:
  name: team
spec:
  slack:
    webhookSecretRef: { name: slack, key: webhook }
EOF
serin notify test team`,
  test: {
    send: 'Send test',
    label: (name: string) => `Send test by ${name}`,
    readOnly: 'This dashboard is read-only. Use: serin notify test',
    Sending: 'on its way',
    Sent: 'arrived',
    Failed: 'failed',
    refused: 'not sent',
    late: 'No answer within 30 s. It is sent when the controller runs; look again later.',
    arrived: (name: string) => `The test by ${name} arrived.`,
    failed: (name: string, why: string) => `The test by ${name} did not arrive: ${why}`,
  },
  recent: {
    show: 'Show recent',
    label: (name: string) => `Show recent notifications of ${name}`,
    title: (name: string) => `Recent notifications of ${name}`,
    text: 'What arrived is kept for six hours, what was given up for a week.',
    caption: (name: string) => `Notifications of ${name}, the newest first`,
    columns: { event: 'What', of: 'Of', at: 'When', phase: 'State', because: 'Why' },
    run: (run: number) => `run ${run}`,
    phase: { Pending: 'on its way', Sent: 'arrived', Dead: 'given up' },
    empty: 'Nothing was told lately, or you may not see what was.',
  },
} as const

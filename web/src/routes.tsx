import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { root } from './root.ts'
import { Crashed } from './screens/layout/Crashed.tsx'
import { Layout } from './screens/layout/Layout.tsx'
import { NotFound } from './screens/layout/NotFound.tsx'
import { ReleasesScreen } from './screens/releases/ReleasesScreen.tsx'

// All but the first screen are loaded when they are opened.
const ReleaseScreen = lazy(async () => ({ default: (await import('./screens/release/ReleaseScreen.tsx')).ReleaseScreen }))
const ReportScreen = lazy(async () => ({ default: (await import('./screens/report/ReportScreen.tsx')).ReportScreen }))
const TemplatesScreen = lazy(async () => ({ default: (await import('./screens/templates/TemplatesScreen.tsx')).TemplatesScreen }))
const TemplateScreen = lazy(async () => ({ default: (await import('./screens/templates/TemplateScreen.tsx')).TemplateScreen }))
const SourcesScreen = lazy(async () => ({ default: (await import('./screens/sources/SourcesScreen.tsx')).SourcesScreen }))
const NotifiersScreen = lazy(async () => ({ default: (await import('./screens/notifiers/NotifiersScreen.tsx')).NotifiersScreen }))
const StatisticsScreen = lazy(async () => ({ default: (await import('./screens/statistics/StatisticsScreen.tsx')).StatisticsScreen }))
const SettingsScreen = lazy(async () => ({ default: (await import('./screens/settings/SettingsScreen.tsx')).SettingsScreen }))
const LoginScreen = lazy(async () => ({ default: (await import('./screens/login/LoginScreen.tsx')).LoginScreen }))

const top = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Crashed })
const frame = createRoute({ getParentRoute: () => top, id: 'frame', component: Layout })

const releases = createRoute({ getParentRoute: () => frame, path: '/', component: ReleasesScreen })
const release = createRoute({
  getParentRoute: () => frame,
  path: '/releases/$namespace/$name',
  component: function Release() {
    return <ReleaseScreen {...release.useParams()} />
  },
})
const report = createRoute({
  getParentRoute: () => frame,
  path: '/releases/$namespace/$name/runs/$run',
  component: function Report() {
    return <ReportScreen {...report.useParams()} />
  },
})
const templates = createRoute({ getParentRoute: () => frame, path: '/templates', component: TemplatesScreen })
/** `-` stands for the namespace of what belongs to the whole cluster. */
const template = createRoute({
  getParentRoute: () => frame,
  path: '/templates/$scope/$namespace/$name',
  component: function Template() {
    return <TemplateScreen {...template.useParams()} />
  },
})
const sources = createRoute({ getParentRoute: () => frame, path: '/sources', component: SourcesScreen })
const notifiers = createRoute({ getParentRoute: () => frame, path: '/notifiers', component: NotifiersScreen })
const statistics = createRoute({ getParentRoute: () => frame, path: '/statistics', component: StatisticsScreen })
const settings = createRoute({ getParentRoute: () => frame, path: '/settings', component: SettingsScreen })
const nothing = createRoute({ getParentRoute: () => frame, path: '$', component: NotFound })

const login = createRoute({
  getParentRoute: () => top,
  path: '/login',
  component: () => (
    <Suspense>
      <LoginScreen />
    </Suspense>
  ),
})

export const router = createRouter({
  routeTree: top.addChildren([
    frame.addChildren([releases, release, report, templates, template, sources, notifiers, statistics, settings, nothing]),
    login,
  ]),
  basepath: root,
  scrollRestoration: true,
  defaultErrorComponent: Crashed,
})
